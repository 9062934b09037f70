import { describe, expect, test } from 'vitest';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import type { Raster } from '../../../electron/engine/pixels/raster.ts';
import type { RestoreProgress } from '../../../electron/engine/progress.ts';
import { applyPatch } from '../../../electron/engine/region/patch.ts';
import type { RepairTools } from '../../../electron/engine/region/repair.ts';
import type { Network } from '../../../electron/engine/region/tiles.ts';
import { cleanPart } from '../../../electron/engine/whole/cleaning.ts';
import { restoreWhole, type WholeReport } from '../../../electron/engine/whole/restore-whole.ts';
import {
  allWholeSteps,
  type WholeStep,
  type WholeSteps,
  wholeSteps,
} from '../../../electron/engine/whole/steps.ts';
import { loadPhoto, throughJpeg } from '../classical/photos.ts';
import { faded, noisy, toRaster, wholeOf } from './pictures.ts';

function sameForAll<T>(value: T) {
  return { stain: value, scratch: value, dust: value };
}

/** Marks pure magenta, which no photo has. */
const magenta: Network = {
  id: 'magenta',
  tileSizePx: 256,
  marginPx: 16,
  sizeMultiple: 8,
  find: {
    likelyLogit: 0,
    likelyLine: 0,
    weights: sameForAll([5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    gate: sameForAll(0.9),
    least: { stain: 0.5, scratch: 0.5, dust: 0.5 },
  },
  run: async ({ window }) => {
    const out = createPlanes(window.width, window.height, 1);
    const size = out.data.length;
    for (let i = 0; i < size; i++) {
      const isMagenta =
        window.data[i] > 0.97 && window.data[size + i] < 0.03 && window.data[2 * size + i] > 0.97;
      out.data[i] = isMagenta ? 0.99 : 0.01;
    }
    return out;
  },
};
const tools: RepairTools = { networkFor: async () => undefined, defectNetwork: async () => magenta };

/** Lines and blots in magenta. */
function spoiled(planes: Planes): Planes {
  const { width, height } = planes;
  const size = width * height;
  const out: Planes = { ...planes, data: planes.data.slice() };
  const paint = (x: number, y: number) => {
    const at = y * width + x;
    out.data[at] = 1;
    out.data[size + at] = 0;
    out.data[2 * size + at] = 1;
  };
  for (let x = 10; x < width - 10; x++) paint(x, 60 + (x >> 3));
  for (let y = 150; y < 180; y++) for (let x = 200; x < 236; x++) paint(x, y);
  return out;
}

async function repair(
  picture: Raster,
  steps: Partial<WholeSteps> = {},
): Promise<{ result: Raster; report: WholeReport; patches: number }> {
  const { patches, report } = await restoreWhole(picture, {
    ...tools,
    steps: { ...allWholeSteps, ...steps },
  });
  const result = { ...picture, data: picture.data.slice() };
  for (const patch of patches) applyPatch(result, patch, 1);
  return { result, report, patches: patches.length };
}

function only(...steps: WholeStep[]): WholeSteps {
  return { ...allWholeSteps, ...Object.fromEntries(wholeSteps.map((step) => [step, steps.includes(step)])) };
}

function differing(a: Raster, b: Raster): number {
  let count = 0;
  for (let i = 0; i < a.data.length; i++) if (a.data[i] !== b.data[i]) count++;
  return count;
}

test('a photo in good order is left as it is, bit for bit', async () => {
  const photo = toRaster(await loadPhoto('black-canyon', 400));
  const { patches, report } = await repair(photo);
  expect(patches).toBe(0);
  expect(report).toMatchObject({ found: [], fading: 0, cleaned: false });
});

describe('each step can be left out', () => {
  test('scratches and stains', async () => {
    const good = await loadPhoto('nagasaki-boats', 400);
    const bad = toRaster(spoiled(good));
    const damaged = differing(bad, toRaster(good));
    const all = await repair(bad, only('scratches', 'stains'));
    expect(all.report.found.map(({ kind }) => kind).sort()).toEqual(['scratch', 'stain']);
    expect(differing(all.result, bad)).toBeGreaterThan(0.9 * damaged);
    const scratches = await repair(bad, only('scratches'));
    const stains = await repair(bad, only('stains'));
    expect(scratches.report.found.map(({ kind }) => kind)).toEqual(['scratch']);
    expect(stains.report.found.map(({ kind }) => kind)).toEqual(['stain']);
    // Nothing magenta is left, and nothing of it ran into the surroundings.
    const isMagenta = (raster: Raster, i: number) => raster.data[3 * i] > 200 && raster.data[3 * i + 1] < 30;
    let left = 0;
    for (let i = 0; i < bad.width * bad.height; i++) if (isMagenta(all.result, i)) left++;
    expect(left).toBe(0);
    expect((await repair(bad, only())).patches).toBe(0);
  });

  test('noise, JPEG and fading', async () => {
    const photo = await loadPhoto('airplane-from-above', 400);
    const old = toRaster(noisy(faded(photo), 9, 5));
    const { report } = await repair(old, only('denoise', 'fading'));
    expect(report).toMatchObject({ cleaned: true, jpeg: undefined });
    expect(report.fading).toBeGreaterThan(0.5);
    expect((await repair(old, only('fading'))).report).toMatchObject({ cleaned: false, noise: undefined });
    expect((await repair(old, only('denoise'))).report.fading).toBe(0);
    const lossy = toRaster(await throughJpeg(photo, 30));
    expect((await repair(lossy, only('dejpeg'))).report.jpeg?.quality).toBeCloseTo(30, -1);
    expect((await repair(lossy, only('denoise', 'fading'))).report.jpeg).toBeUndefined();
  });
});

test('parts fit together without a seam', async () => {
  const photo = noisy(await loadPhoto('dust-bowl-home', 420), 10, 7);
  const raster = toRaster(photo);
  const cleaning = {
    luma: new Float32Array(64).fill(20),
    chroma: new Float32Array(64).fill(15),
  };
  const whole = cleanPart(raster, wholeOf(raster), cleaning);
  for (const part of [
    { x: 0, y: 0, width: 131, height: 90 },
    { x: 131, y: 77, width: 200, height: 143 },
    { x: 331, y: 201, width: raster.width - 331, height: raster.height - 201 },
  ]) {
    const cut = cleanPart(raster, part, cleaning);
    let most = 0;
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < part.height; y++) {
        for (let x = 0; x < part.width; x++) {
          const at = (c * raster.height + y + part.y) * raster.width + x + part.x;
          most = Math.max(most, Math.abs(whole.data[at] - cut.data[(c * part.height + y) * part.width + x]));
        }
      }
    }
    expect(most).toBeLessThan(1e-6);
  }
});

test('a photo larger than a part is one picture, at 16 bit', async () => {
  const photo = await loadPhoto('black-canyon', 1200);
  const raster = toRaster(noisy(faded(photo), 8, 9), 16);
  const { result, patches, report } = await repair(raster, only('denoise', 'fading'));
  expect(patches).toBeGreaterThan(1);
  expect(report.cleaned).toBe(true);
  // Steps across the border of two parts are like those beside it.
  const stepAt = (x: number) => {
    let sum = 0;
    for (let y = 0; y < result.height; y++) {
      const at = 3 * (y * result.width + x);
      sum += Math.abs(result.data[at] - result.data[at - 3]);
    }
    return sum / result.height;
  };
  const beside = (stepAt(1020) + stepAt(1022) + stepAt(1026) + stepAt(1028)) / 4;
  expect(stepAt(1024)).toBeLessThan(1.5 * beside);
  // Not rounded to 8 bit on the way.
  expect(new Set(result.data.map((value) => value % 257)).size).toBeGreaterThan(100);
});

test('grey photos stay grey', async () => {
  const photo = noisy(faded(await loadPhoto('locomotion-house-cat', 400)), 8, 3);
  const size = photo.width * photo.height;
  const data = Uint8Array.from(photo.data.subarray(0, size), (value) => Math.round(255 * value));
  const grey: Raster = { width: photo.width, height: photo.height, channels: 1, depth: 8, data };
  const { result, patches } = await repair(grey);
  expect(patches).toBeGreaterThan(0);
  expect(differing(result, grey)).toBeGreaterThan(size / 2);
});

test('progress rises to the end, and a cancel is heard', async () => {
  const picture = toRaster(noisy(await loadPhoto('nagasaki-boats', 500), 10, 1));
  const seen: RestoreProgress[] = [];
  await restoreWhole(picture, { ...tools, steps: allWholeSteps, onProgress: (state) => seen.push(state) });
  const done = seen.map(({ tilesDone }) => tilesDone);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(seen.at(-1)?.tilesDone).toBe(seen.at(-1)?.tiles);
  const controller = new AbortController();
  const repairing = restoreWhole(picture, {
    ...tools,
    steps: allWholeSteps,
    signal: controller.signal,
    onProgress: ({ tilesDone }) => tilesDone > 100 && controller.abort(),
  });
  await expect(repairing).rejects.toMatchObject({ code: 'restore/cancelled' });
});
