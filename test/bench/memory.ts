import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from './main.ts';
import { largeJpeg } from './photos.ts';

/** Peak memory of a process that restores 512x512 pixels of a 100-megapixel JPEG. */
export async function benchMemory(): Promise<BenchRow[]> {
  const path = await largeJpeg(12_000, 8334);
  const folder = mkdtempSync(join(tmpdir(), 'photomend-bench-'));
  const args = ['build/run.mjs', 'test/bench/memory-child.ts', path, join(folder, 'out.jpg')];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error('the measured process failed');
  const { peakBytes, seconds } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  return [
    {
      name: 'peak memory, 512x512 in 100 megapixels',
      value: peakBytes / 2 ** 30,
      unit: 'GiB',
      goal: { atMost: 1.5 },
      detail: `${seconds.toFixed(1)} s in all`,
    },
  ];
}
