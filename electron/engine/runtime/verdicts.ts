import { mkdir, readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../atomic-file.ts';
import { fingerprint } from './fingerprint.ts';
import { probe, type Verdict } from './probe.ts';
import { type ProviderName, providerNames, providersFor } from './providers.ts';

const verdictSchema = z.object({
  provider: z.enum(providerNames),
  ok: z.boolean(),
  reason: z.string(),
  detail: z.string(),
  maxAbsError: z.number().nullable(),
  milliseconds: z.number().nullable(),
});
const cacheSchema = z.record(z.string(), verdictSchema);

export interface VerdictOptions {
  /** The probe model. */
  readonly modelPath: string;
  /** JSON file in which verdicts are remembered. */
  readonly cachePath: string;
  /** Try again, whatever is remembered. */
  readonly fresh?: boolean;
}

async function readCache(path: string): Promise<Record<string, Verdict>> {
  try {
    return cacheSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Missing or damaged: everything is tried anew.
    return {};
  }
}

/** The verdict on one provider, remembered from an earlier probe or made now. */
export async function verdictOn(provider: ProviderName, options: VerdictOptions): Promise<Verdict> {
  const key = await fingerprint(provider, options.modelPath);
  const remembered = options.fresh ? undefined : (await readCache(options.cachePath))[key];
  if (remembered !== undefined) return remembered;
  const verdict = await probe(provider, options.modelPath);
  try {
    await mkdir(dirname(options.cachePath), { recursive: true });
    const cache = { ...(await readCache(options.cachePath)), [key]: verdict };
    await writeFileAtomic(options.cachePath, `${JSON.stringify(cache, null, 2)}\n`);
  } catch {
    // A cache that cannot be written costs a probe next time, nothing else.
  }
  return verdict;
}

/** Verdicts on all providers of this platform, the preferred first. */
export async function allVerdicts(options: VerdictOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const provider of providersFor(platform())) verdicts.push(await verdictOn(provider, options));
  return verdicts;
}
