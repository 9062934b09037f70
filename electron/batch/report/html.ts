import { runFolderName } from '../run-folder.ts';
import type { ReportedPhoto, ReportedRun } from './collect.ts';
import { rowOf } from './table.ts';

const style = `:root{color-scheme:light dark}body{font:13px/1.45 system-ui;margin:24px auto;max-width:1100px;padding:0 16px}
h1{font-size:20px}table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:8px;border-top:1px solid #8884}
th{position:sticky;top:0;background:Canvas}img{width:120px;height:120px;object-fit:contain;background:#8882}a{color:inherit}
.failed{color:#c62828}.small{opacity:.7;font-size:11.5px}dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dd{margin:0}`;

/** A page that needs nothing but the files beside it. */
export function html(runs: readonly ReportedRun[]): string {
  const photos = runs.flatMap((run) => run.photos);
  const count = (state: ReportedPhoto['state']) => photos.filter((photo) => photo.state === state).length;
  const facts = [
    ['Photos', String(photos.length)],
    ['Repaired', String(count('repaired'))],
    ['In good order', String(count('clean'))],
    ['There already', String(count('exists'))],
    ['Failed', String(count('failed'))],
    ['Skipped', String(count('skipped'))],
    ['Not done yet', String(count('waiting'))],
    ['Folder', [...new Set(runs.map(({ run }) => run.folder))].join(', ')],
    ['Begun', runs.map(({ run }) => run.at).sort()[0] ?? ''],
    [
      'Ended',
      runs
        .map(({ finishedAt }) => finishedAt ?? '')
        .sort()
        .at(-1) ?? '',
    ],
    ...runs.flatMap(({ problems }) => problems.map((problem) => ['Could not be looked into', problem])),
  ];
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Photomend: report of a batch</title><style>${style}</style>
<h1>Report of a batch</h1>
<p>Repaired parts are well-founded guesses, not evidence.</p>
<dl>${facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>
<table><thead><tr><th>Before</th><th>After</th><th>Photo</th><th>What was done</th></tr></thead><tbody>
${photos.map(rowHtml).join('\n')}
</tbody></table></html>
`;
}

function rowHtml(photo: ReportedPhoto): string {
  const row = rowOf(photo);
  const picture = (which: 'before' | 'after') =>
    `<img loading="lazy" alt="" src="${escaped(encodeURI(`${runFolderName}/${photo.thumbnail}-${which}.jpg`))}">`;
  const hasBefore = photo.state === 'repaired' || photo.state === 'clean';
  const out = row.out === '' ? '' : `<br><a href="${escaped(link(row.out))}">${escaped(row.out)}</a>`;
  const details = [
    row.regions,
    row.models,
    row.provider,
    row.seconds && `${row.seconds} s`,
    row.warnings,
    row.verdict,
  ];
  return `<tr><td>${hasBefore ? picture('before') : ''}</td><td>${photo.state === 'repaired' ? picture('after') : ''}</td>
<td>${escaped(row.photo)}${out}</td><td><b class="${row.state}">${row.state}</b> ${escaped(row.error)}
<div class="small">${details
    .filter((text) => text !== '')
    .map((text) => `<div>${escaped(text)}</div>`)
    .join('')}</div></td></tr>`;
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
