import type { Outcome } from '../records.ts';
import type { ReportedPhoto } from './collect.ts';

/** One row of a report, for programs. */
export interface Row {
  readonly photo: string;
  readonly state: string;
  readonly out: string;
  readonly sha256: string;
  readonly regions: string;
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
    models: (facts.models ?? []).map(({ id, sha256 }) => `${id} ${sha256}`).join('; '),
    provider: facts.provider ?? '',
    seconds: seconds?.toFixed(2) ?? '',
    warnings: outcome !== undefined && 'warnings' in outcome ? outcome.warnings.join(' ') : '',
    error: outcome?.state === 'failed' ? `${outcome.message} [${outcome.code}]` : '',
    verdict: verdict ?? '',
  };
}

/** RFC 4180, with a mark by which spreadsheets know UTF-8. A leading `=`, `+`, `-` or `@` is kept from being a formula. */
export function csv(rows: readonly Row[]): string {
  const field = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = rows.map((row) => columns.map((column) => field(row[column])).join(','));
  return `\ufeff${[columns.join(','), ...lines].join('\r\n')}\r\n`;
}
