import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { runFiles } from './run-folder.ts';

const score = z.object({ psnr: z.number(), ssim: z.number() });

/** `verdict.json`: what came of comparing a run's network with the one that was in use. */
const verdictSchema = z.object({
  photos: z.int(),
  cases: z.array(z.object({ name: z.string(), photos: z.int(), damaged: score, old: score, new: score })),
  gainDb: z.number(),
  errorDb: z.number(),
  verdict: z.enum(['better', 'not-better', 'unsure']),
  oldModel: z.string(),
  pairs: z.array(z.object({ caseName: z.string() })),
});
export type StoredVerdict = z.infer<typeof verdictSchema>;

export async function readVerdict(folder: string): Promise<StoredVerdict | undefined> {
  try {
    return verdictSchema.parse(JSON.parse(await readFile(join(folder, runFiles.verdict), 'utf8')));
  } catch {
    return undefined;
  }
}
