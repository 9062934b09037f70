import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelRegistry } from '../../electron/engine/models/registry.ts';
import { repairTools } from '../../electron/engine/models/tools.ts';
import { openPhoto } from '../../electron/engine/photo/open.ts';
import { savePhoto } from '../../electron/engine/photo/save.ts';
import { sharp } from '../../electron/engine/photo/sharp.ts';
import { applyPatch } from '../../electron/engine/region/patch.ts';
import type { RepairTools } from '../../electron/engine/region/repair.ts';
import { restore } from '../../electron/engine/restore.ts';
import { isWorthRetryingSmaller, openSession } from '../../electron/engine/runtime/session.ts';
import type { BenchRow } from './main.ts';
import { largeJpeg } from './photos.ts';
import { median } from './training-step.ts';

/** The bundled models on the processor. */
export function bundledTools(): RepairTools {
  return repairTools({
    registry: new ModelRegistry({ bundledFolder: 'resources/models', userFolder: 'does-not-exist' }),
    open: (modelPath) => openSession(modelPath, 'cpu'),
    openOnCpu: undefined,
    isWorthRetryingSmaller,
    onNotice: () => {},
  });
}

/** Opens, restores a rectangle told to be a mosaic of 8 px, and saves; all as `photomend restore` does. */
export async function restoreFile(
  path: string,
  to: string,
  sidePx: number,
  tools: RepairTools,
): Promise<void> {
  const photo = await openPhoto(path);
  const rect = { x: photo.width >> 1, y: photo.height >> 1, width: sidePx, height: sidePx };
  const damage = { kind: 'mosaic', grid: { pitchX: 8, pitchY: 8, offsetX: 0, offsetY: 0 } } as const;
  const { patches } = await restore(photo.raster, [{ rect, damage }], tools);
  for (const patch of patches) applyPatch(photo.raster, patch, 1);
  await savePhoto({ source: photo, raster: photo.raster, to });
}

const repeats = 5;
const sidePx = 512;

/** A region of a 24-megapixel JPEG: the whole of `restore` over decoding, bare network and encoding. */
export async function benchRestore(): Promise<BenchRow[]> {
  const path = await largeJpeg(6000, 4000);
  const folder = mkdtempSync(join(tmpdir(), 'photomend-bench-'));
  const tools = bundledTools();
  const network = await tools.networkFor('mosaic');
  if (network === undefined) throw new Error('there is no bundled model for mosaics');
  const bare = async () => {
    const startedAt = performance.now();
    const { data, info } = await sharp(path).raw().toBuffer({ resolveWithObject: true });
    const decodedAt = performance.now();
    // What the network must see of this region: the region and the margin in which results are wrong.
    const side = sidePx + 2 * network.marginPx;
    const planes = (channels: number) => ({
      width: side,
      height: side,
      channels,
      data: new Float32Array(channels * side * side).fill(0.5),
    });
    const window = planes(3);
    const mask = planes(1);
    const runAt = performance.now();
    await network.run({ window, start: window, mask, blurSigmaPx: 0, mosaicPitchPx: 8 });
    const ranAt = performance.now();
    const { width, height, channels } = info;
    await sharp(data, { raw: { width, height, channels } })
      .jpeg({ quality: 90, chromaSubsampling: '4:2:0' })
      .toFile(join(folder, 'bare.jpg'));
    return { decodeMs: decodedAt - startedAt, networkMs: ranAt - runAt, encodeMs: performance.now() - ranAt };
  };
  const whole: number[] = [];
  const parts: Awaited<ReturnType<typeof bare>>[] = [];
  for (let i = -1; i < repeats; i++) {
    const startedAt = performance.now();
    await restoreFile(path, join(folder, `${i}.jpg`), sidePx, tools);
    const wholeMs = performance.now() - startedAt;
    const bareParts = await bare();
    if (i < 0) continue;
    whole.push(wholeMs);
    parts.push(bareParts);
  }
  rmSync(folder, { recursive: true });
  const part = (key: 'decodeMs' | 'networkMs' | 'encodeMs') => median(parts.map((p) => p[key]));
  const bareMs = median(parts.map((p) => p.decodeMs + p.networkMs + p.encodeMs));
  return [
    {
      name: 'restore 512x512 in 24 megapixels / decode + network + encode',
      value: median(whole) / bareMs,
      unit: 'ratio',
      goal: { atMost: 1.2 },
      detail: `restore ${median(whole).toFixed(0)} ms; decode ${part('decodeMs').toFixed(0)}, network ${part('networkMs').toFixed(0)}, encode ${part('encodeMs').toFixed(0)} ms`,
    },
  ];
}
