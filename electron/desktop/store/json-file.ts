import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { z } from 'zod';
import { writeFileAtomic } from '../../engine/atomic-file.ts';

/**
 * Reads a small JSON file of the app's own. Missing: undefined. Damaged: undefined, and the file is put aside, so that
 * the next write does not destroy what somebody may still want.
 */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    await rename(path, `${path}.damaged`).catch(() => undefined);
    return undefined;
  }
}

/** Writes it so that it is either old or new, never half. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
