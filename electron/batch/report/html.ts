import { runFolderName } from '../run-folder.ts';
import type { ReportedPhoto, ReportedRun, ReportedState } from './collect.ts';
import { rowOf, wholeOf } from './table.ts';
import type { ReportWords } from './words.ts';

const style = `:root{color-scheme:light dark}body{font:13px/1.45 system-ui;margin:24px auto;max-width:1100px;padding:0 16px}
h1{font-size:20px}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:8px;border-top:1px solid #8884}
th{position:sticky;top:0;background:Canvas}img{width:120px;height:120px;object-fit:contain;background:#8882}a{color:inherit}
.failed{color:#c62828}.small{opacity:.7;font-size:11.5px}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dd{margin:0}`;

const states: readonly ReportedState[] = ['repaired', 'clean', 'exists', 'failed', 'skipped', 'waiting'];

/** A page that needs nothing but the files beside it, photo by photo. */
export async function* html(runs: readonly ReportedRun[], words: ReportWords): AsyncGenerator<string> {
  const { t, language } = words;
  yield `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Photomend: ${escaped(t('title'))}</title><style>${style}</style>
<h1>${escaped(t('title'))}</h1>
<p>${escaped(t('guess'))}</p>
<dl>${facts(runs, words)
    .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
    .join('')}</dl>
<table><thead><tr>${(['before', 'after', 'photo', 'done'] as const).map((key) => `<th>${escaped(t(key))}</th>`).join('')}</tr></thead><tbody>
`;
  for (const run of runs) for await (const photo of run.photos()) yield rowHtml(photo, words);
  yield '</tbody></table></html>\n';
}

function facts(runs: readonly ReportedRun[], { t, language }: ReportWords): string[][] {
  const count = (state: ReportedState) => runs.reduce((sum, { counts }) => sum + counts[state], 0);
  const time = (text: string | undefined) =>
    text === undefined || text === '' ? '' : new Date(text).toLocaleString(language);
  const begun = runs.map(({ run }) => run.at).sort()[0];
  const ended = runs
    .map(({ finishedAt }) => finishedAt ?? '')
    .sort()
    .at(-1);
  return [
    [t('photos'), String(states.reduce((sum, state) => sum + count(state), 0))],
    ...states.map((state) => [t(state), String(count(state))]),
    [t('folder'), [...new Set(runs.map(({ run }) => run.folder))].join(', ')],
    [t('begun'), time(begun)],
    [t('ended'), time(ended)],
    ...runs.flatMap(({ problems }) => problems.map((problem) => [t('problem'), problem])),
  ];
}

function rowHtml(photo: ReportedPhoto, words: ReportWords): string {
  const { t } = words;
  const row = rowOf(photo);
  const { state, outcome } = photo;
  const picture = (which: 'before' | 'after') =>
    `<img loading="lazy" alt="" src="${escaped(encodeURI(`${runFolderName}/${photo.thumbnail}-${which}.jpg`))}">`;
  const hasBefore = state === 'repaired' || state === 'clean';
  const out = row.out === '' ? '' : `<br><a href="${escaped(link(row.out))}">${escaped(row.out)}</a>`;
  const regions = outcome !== undefined && 'regions' in outcome ? outcome.regions : [];
  const warnings = outcome !== undefined && 'warnings' in outcome ? outcome.warnings : [];
  const details = [
    ...regions.map(
      ({ rect: { x, y, width, height }, damage }) =>
        `${x}, ${y}, ${width} × ${height}: ${words.damage(damage?.kind)}`,
    ),
    ...words.whole(wholeOf(outcome)),
    row.models,
    row.provider,
    row.seconds && `${row.seconds} ${t('seconds')}`,
    ...warnings.map(words.warning),
    photo.verdict && t(photo.verdict === 'keep' ? 'kept' : 'discarded'),
  ];
  const error = outcome?.state === 'failed' ? words.error(outcome.code, outcome.message) : '';
  return `<tr><td>${hasBefore ? picture('before') : ''}</td><td>${state === 'repaired' ? picture('after') : ''}</td>
<td>${escaped(row.photo)}${out}</td><td><b class="${state}">${escaped(words.state(state))}</b> ${escaped(error)}
<div class="small">${details
    .filter((text) => text !== undefined && text !== '')
    .map((text) => `<div>${escaped(text ?? '')}</div>`)
    .join('')}</div></td></tr>
`;
}

/** Names may hold `#`, `?` and `%`. */
function link(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
