import { fileURLToPath } from 'node:url';
import { ExpendableChild } from './child.ts';
import type { ProbeAnswer, ProbeJob } from './probe-job.ts';
import type { ProviderName } from './providers.ts';
import { type Failure, refusal } from './refusal.ts';

/** What is known of a provider on this machine. */
export interface Verdict {
  readonly provider: ProviderName;
  readonly ok: boolean;
  /** Why not, for a newcomer; empty where it works. */
  readonly reason: string;
  /** The runtime's own words. */
  readonly detail: string;
  /** Largest difference from the CPU's result on the probe. */
  readonly maxAbsError: number | null;
  /** Time of one run of the probe. */
  readonly milliseconds: number | null;
}

/** Where the built child lies; tests set another place. */
export const probeEntry = { path: fileURLToPath(new URL('./probe-child.js', import.meta.url)) };

/** Loading a GPU provider for the first time compiles shaders; more than this is a hang. */
const probeTimeoutMs = 120_000;

/**
 * The largest difference from the CPU's result, as a part of its largest value. Arithmetic in half precision or TF32
 * stays under 1 %; a wrong kernel is off by more.
 */
const tolerance = 0.02;

type Attempt = Extract<ProbeAnswer, { ok: true }> | ({ readonly ok: false } & Failure);

/** Runs the probe on one provider in a child process. */
async function attempt(job: ProbeJob, timeoutMs: number): Promise<Attempt> {
  const child = new ExpendableChild<ProbeJob, ProbeAnswer>(probeEntry.path);
  const outcome = await child.ask(job, timeoutMs);
  await child.end();
  switch (outcome.state) {
    case 'answered': {
      const { answer } = outcome;
      // Which library is missing is said on the error output only.
      return answer.ok ? answer : { ok: false, error: `${answer.error}\n${child.lastWords}`.trim() };
    }
    case 'crashed':
      return { ok: false, error: `${outcome.detail}\n${child.lastWords}`.trim(), ended: 'crash' };
    case 'timed-out':
      return { ok: false, error: `no answer within ${timeoutMs / 1000} s`, ended: 'timeout' };
  }
}

/** Tries a provider and compares it with the CPU's answer to the same probe. */
export async function probe(
  provider: ProviderName,
  modelPath: string,
  timeoutMs = probeTimeoutMs,
): Promise<Verdict> {
  const result = await attempt({ provider, modelPath }, timeoutMs);
  if (!result.ok) return refused(provider, refusal(provider, result), result.error);
  const { output, milliseconds } = result;
  const reference = provider === 'cpu' ? result : await attempt({ provider: 'cpu', modelPath }, timeoutMs);
  if (!reference.ok) {
    return refused(provider, 'there is no result of the processor to compare it with', reference.error);
  }
  const { maxAbsError, allowed } = compare(output, reference.output);
  if (maxAbsError <= allowed)
    return { provider, ok: true, reason: '', detail: '', maxAbsError, milliseconds };
  return {
    ...refused(
      provider,
      'it computes wrong results here',
      `off by ${maxAbsError}, allowed is ${allowed.toPrecision(3)}`,
    ),
    maxAbsError: Number.isFinite(maxAbsError) ? maxAbsError : null,
    milliseconds,
  };
}

function refused(provider: ProviderName, reason: string, detail: string): Verdict {
  return { provider, ok: false, reason, detail, maxAbsError: null, milliseconds: null };
}

/** The largest difference of two results and how large it may be; NaN where they cannot be compared. */
function compare(output: Float32Array, reference: Float32Array): { maxAbsError: number; allowed: number } {
  const largest = reference.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const maxAbsError =
    output.length === reference.length
      ? output.reduce((most, value, i) => Math.max(most, Math.abs(value - reference[i])), 0)
      : Number.NaN;
  return { maxAbsError, allowed: tolerance * largest };
}
