import type { Outcome } from '../records.ts';
import type { ReportedPhoto, ReportedRun } from './collect.ts';

/** One row of a report, for programs. */
export interface Row {
  readonly photo: string;
  readonly state: string;
  readonly out: string;
  readonly sha256: string;
  readonly regions: string;
  /** Steps of a whole photo that changed it, with their measures. */
  readonly whole: string;
  readonly models: string;
  readonly provider: string;
  readonly seconds: string;
  readonly warnings: string;
  readonly error: string;
  readonly verdict: string;
}

export const columns = [
  'photo',
  'state',
  'out',
  'sha256',
  'regions',
  'whole',
  'models',
  'provider',
  'seconds',
  'warnings',
  'error',
  'verdict',
] as const satisfies readonly (keyof Row)[];

export function rowOf({ path, state, outcome, seconds, verdict }: ReportedPhoto): Row {
  const facts: Partial<Extract<Outcome, { state: 'repaired' }>> =
    outcome?.state === 'repaired' ? outcome : {};
  const found = outcome !== undefined && 'regions' in outcome ? outcome.regions : [];
  return {
    photo: path,
    state,
    out: outcome !== undefined && 'out' in outcome ? (outcome.out ?? '') : '',
    sha256: outcome !== undefined && 'sha256' in outcome ? (outcome.sha256 ?? '') : '',
    regions: found
      .map(
        ({ rect, damage }) => `${rect.x},${rect.y},${rect.width},${rect.height} ${damage?.kind ?? 'sound'}`,
      )
      .join('; '),
    whole: Object.entries(wholeOf(outcome))
      .map(([step, amount]) => `${step} ${amount}`)
      .join('; '),
    models: (facts.models ?? []).map(({ id, sha256 }) => `${id} ${sha256}`).join('; '),
    provider: facts.provider ?? '',
    seconds: seconds?.toFixed(2) ?? '',
    warnings: outcome !== undefined && 'warnings' in outcome ? outcome.warnings.join(' ') : '',
    error: outcome?.state === 'failed' ? `${outcome.message} [${outcome.code}]` : '',
    verdict: verdict ?? '',
  };
}

/** The steps beside damage that changed a whole photo: how faded (0..1), levels of noise, JPEG's quality. */
export function wholeOf(outcome: Outcome | undefined): Partial<Record<'fading' | 'noise' | 'jpeg', number>> {
  const whole = outcome !== undefined && 'whole' in outcome ? outcome.whole : undefined;
  if (whole === undefined) return {};
  const rounded = (value: number, digits: number) => Number(value.toFixed(digits));
  return {
    ...(whole.fading > 0 && { fading: rounded(whole.fading, 2) }),
    ...(whole.noise !== null && { noise: rounded(whole.noise, 1) }),
    ...(whole.jpeg !== null && { jpeg: whole.jpeg }),
  };
}

/** RFC 4180, with a mark by which spreadsheets know UTF-8. A leading `=`, `+`, `-` or `@` is kept from being a formula. */
export async function* csv(runs: readonly ReportedRun[]): AsyncGenerator<string> {
  const line = (fields: readonly string[]) => `${fields.map(field).join(',')}\r\n`;
  yield `\ufeff${line(columns)}`;
  for (const run of runs) {
    for await (const photo of run.photos()) {
      const row = rowOf(photo);
      yield line(columns.map((column) => row[column]));
    }
  }
}

function field(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Everything that the journals tell: an array of runs, one line for each photo. */
export async function* json(runs: readonly ReportedRun[]): AsyncGenerator<string> {
  for (const [i, { run, problems, finishedAt, photos }] of runs.entries()) {
    const facts = JSON.stringify({ run, problems, finishedAt }, null, 1);
    yield `${i === 0 ? '[' : ','}\n${facts.slice(0, facts.lastIndexOf('\n'))},\n "photos": [`;
    let isFirst = true;
    for await (const photo of photos()) {
      yield `${isFirst ? '' : ','}\n  ${JSON.stringify(photo)}`;
      isFirst = false;
    }
    yield '\n ]\n}';
  }
  yield '\n]\n';
}
