import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ImportAnswers } from '../../../electron/engine/models/answers.ts';
import { checkEntry } from '../../../electron/engine/models/check.ts';
import { ModelRegistry } from '../../../electron/engine/models/registry.ts';
import type { Signature } from '../../../electron/engine/models/signature.ts';
import { repairTools } from '../../../electron/engine/models/tools.ts';
import { labFromRgb, rgbFromLab } from '../../../electron/engine/pixels/lab.ts';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { restore } from '../../../electron/engine/restore.ts';
import {
  isWorthRetryingSmaller,
  openSession,
  type PlainTensor,
} from '../../../electron/engine/runtime/session.ts';
import { buildNodeParts } from '../../support/build.ts';
import {
  fillColour,
  type ImageOptions,
  writeCodeFormer,
  writeDdcolor,
  writeGfpgan,
  writeImageModel,
  writeLama,
  writeMiganCore,
  writeMiganPipeline,
  writeYunet,
  type YunetFace,
} from '../../support/foreign-models.ts';

const folder = mkdtempSync(join(tmpdir(), 'photomend-foreign-'));
let registry: ModelRegistry;
let home = 0;

beforeAll(async () => {
  checkEntry.path = join((await buildNodeParts()).outDir, 'model-check-child.js');
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  const userFolder = join(folder, `own${home++}`);
  mkdirSync(userFolder);
  registry = new ModelRegistry({ bundledFolder: join(folder, 'none'), userFolder });
});

interface Run {
  readonly feeds: Readonly<Record<string, PlainTensor>>;
  readonly wanted: readonly string[] | undefined;
}

/** The imported model as the pipeline gets it, and all that it was given. */
async function imported(path: string, answers: ImportAnswers = {}) {
  const entry = await registry.import(path, answers);
  const runs: Run[] = [];
  const notices: string[] = [];
  const tools = repairTools({
    registry,
    open: async (modelPath) => {
      const session = await openSession(modelPath, 'cpu', 1);
      const { provider, inputNames, outputNames } = session;
      return {
        provider,
        inputNames,
        outputNames,
        run: (feeds, wanted) => {
          runs.push({ feeds, wanted });
          return session.run(feeds, wanted);
        },
      };
    },
    openOnCpu: undefined,
    isWorthRetryingSmaller,
    onNotice: (_, code) => notices.push(code),
    preferred: entry,
  });
  const windowModel = async (kind: 'fill' | 'blur' | 'colour') => {
    const model = await tools.windowModelFor?.(kind);
    if (model === undefined) throw new Error('there is no model');
    return model;
  };
  return { entry, runs, notices, tools, windowModel };
}

const random = createRandom(3);
/** Values that bytes can hold. */
function picture(width: number, height: number): Planes {
  const data = Float32Array.from({ length: 3 * width * height }, () => random.integer(0, 256) / 255);
  return { width, height, channels: 3, data };
}

function hole(
  width: number,
  height: number,
  rect: { x: number; y: number; width: number; height: number },
): Planes {
  const mask = createPlanes(width, height, 1);
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    mask.data.fill(1, y * width + rect.x, y * width + rect.x + rect.width);
  }
  return mask;
}

const nothing = async () => {};

/** The greatest difference between numbers and what is expected at their places. */
function worst(actual: Float32Array, expected: (i: number) => number): number {
  return actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected(i))), 0);
}

describe('models that fill holes', () => {
  const files: readonly [string, (folder: string) => string, Partial<Signature>][] = [
    [
      "Carve's LaMa",
      (its) => writeLama(its),
      {
        image: { name: 'image', layout: 'nchw', order: 'rgb', range: '0..1' },
        mask: { name: 'mask', layout: 'nchw', hole: 'one', one: 1 },
        output: { name: 'output', layout: 'nchw', order: 'rgb', range: '0..255', scale: 1 },
        size: { width: 512, height: 512 },
      },
    ],
    [
      'a LaMa that answers in 0..1',
      (its) => writeLama(its, 'other.onnx', 1),
      { output: { name: 'output', layout: 'nchw', order: 'rgb', range: '0..1', scale: 1 } },
    ],
    [
      "MI-GAN's pipeline",
      writeMiganPipeline,
      {
        image: { name: 'image', layout: 'nchw', order: 'rgb', range: '0..255' },
        mask: { name: 'mask', layout: 'nchw', hole: 'zero', one: 255 },
        output: { name: 'result', layout: 'nchw', order: 'rgb', range: '0..255', scale: 1 },
      },
    ],
    [
      "MI-GAN's network",
      writeMiganCore,
      {
        image: { name: 'input', layout: 'nchw', order: 'rgb', range: '-1..1' },
        size: { width: 256, height: 256 },
      },
    ],
  ];

  test.each(files)('%s fills the hole and nothing else', async (_, write, signature) => {
    const { entry, windowModel } = await imported(write(folder));
    expect(entry.manifest.signature).toMatchObject(signature);
    expect(entry.manifest.damage).toEqual(['stain', 'scratch', 'fill']);
    const model = await windowModel('fill');
    expect(model.use).toBe('fill');
    const window = picture(300, 200);
    const mask = hole(300, 200, { x: 120, y: 70, width: 60, height: 50 });
    const before = window.data.slice();
    const result = await model.run(window, mask, nothing);
    const size = 300 * 200;
    const wrong = worst(result.data, (i) =>
      mask.data[i % size] > 0 ? fillColour[Math.floor(i / size)] : window.data[i],
    );
    expect(wrong).toBeLessThan(1e-5);
    expect(window.data).toEqual(before);
  });

  test('LaMa is given the picture, continued to its size, and ones in the hole', async () => {
    const { runs, windowModel } = await imported(writeLama(folder));
    const window = picture(512, 500);
    const mask = hole(512, 500, { x: 200, y: 490, width: 20, height: 10 });
    await (await windowModel('fill')).run(window, mask, nothing);
    expect(runs).toHaveLength(1);
    const { image, mask: given } = runs[0].feeds;
    expect([image.dims, given.dims]).toEqual([
      [1, 3, 512, 512],
      [1, 1, 512, 512],
    ]);
    const at = (c: number, y: number, x: number) => image.data[(c * 512 + y) * 512 + x];
    expect(at(1, 17, 300)).toBe(window.data[(500 + 17) * 512 + 300]);
    expect(at(2, 505, 300)).toBe(window.data[(2 * 500 + 494) * 512 + 300]);
    expect(given.data.reduce((sum, value) => sum + value, 0)).toBe(200);
    expect(given.data[495 * 512 + 205]).toBe(1);
  });

  test("MI-GAN's pipeline keeps what is 255", async () => {
    const { runs, windowModel } = await imported(writeMiganPipeline(folder));
    const window = picture(512, 512);
    await (await windowModel('fill')).run(
      window,
      hole(512, 512, { x: 9, y: 9, width: 2, height: 1 }),
      nothing,
    );
    const [{ feeds, wanted }] = runs;
    expect(wanted).toEqual(['result']);
    expect(worst(feeds.image.data, (i) => 255 * window.data[i])).toBeLessThan(1e-4);
    expect([...feeds.mask.data.subarray(9 * 512 + 8, 9 * 512 + 12)]).toEqual([255, 0, 0, 255]);
  });

  test("MI-GAN's network is given the mask less one half, and nothing in the hole", async () => {
    const { runs, windowModel } = await imported(writeMiganCore(folder));
    const window = picture(256, 256);
    const mask = hole(256, 256, { x: 9, y: 9, width: 1, height: 1 });
    await (await windowModel('fill')).run(window, mask, nothing);
    const { input } = runs[0].feeds;
    const size = 256 * 256;
    const expected = (i: number) => {
      const known = 1 - mask.data[i % size];
      return i < size ? known - 0.5 : known * (2 * window.data[i - size] - 1);
    };
    expect(worst(input.data, expected)).toBeLessThan(1e-6);
  });

  test('large windows are filled in parts, thick holes at a smaller scale', async () => {
    const { runs, windowModel } = await imported(writeMiganCore(folder));
    const model = await windowModel('fill');
    const wide = picture(600, 256);
    const line = hole(600, 256, { x: 20, y: 100, width: 560, height: 6 });
    let done = 0;
    const result = await model.run(wide, line, async () => {
      done++;
    });
    expect([runs.length, done, model.runs(line)]).toEqual([5, 5, 5]);
    expect(result.data[102 * 600 + 300]).toBeCloseTo(fillColour[0], 5);
    expect(result.data[110 * 600 + 300]).toBe(wide.data[110 * 600 + 300]);
    // What earlier runs have filled is known to later ones.
    const known = runs[1].feeds.input.data.filter((value, i) => i < 256 * 256 && value === -0.5).length;
    expect(known).toBeLessThan(6 * 256);
    runs.length = 0;
    const thick = hole(600, 256, { x: 100, y: 28, width: 400, height: 200 });
    const filled = await model.run(wide, thick, nothing);
    expect(filled.data[2 * 600 * 256 + 128 * 600 + 300]).toBeCloseTo(fillColour[2], 2);
    expect(filled.data[10 * 600 + 10]).toBe(wide.data[10 * 600 + 10]);
  });
});

describe('models of faces', () => {
  test.each([
    ['harisreedhar', { image: 'x', weight: 'w', type: 'float64' as const }],
    ['facefusion', { image: 'input', weight: 'weight', type: 'float64' as const }],
    ['of 32-bit weight', { image: 'x', weight: 'w', type: 'float32' as const }],
    ['raw export', { image: 'input', weight: 'onnx::Cast_1', type: 'float64' as const }],
  ])('CodeFormer %s is given the square around the rectangle and its weight', async (_, names) => {
    const { entry, runs, notices, windowModel } = await imported(writeCodeFormer(folder, names), {
      fidelity: 0.25,
    });
    expect(entry.manifest).toMatchObject({
      adapter: 'face',
      signature: { scalars: [{ name: names.weight, dims: [1], value: 0.25 }], output: { range: '-1..1' } },
    });
    const model = await windowModel('blur');
    expect(model.use).toBe('remake');
    const window = picture(800, 700);
    const mask = hole(800, 700, { x: 200, y: 150, width: 365, height: 300 });
    const result = await model.run(window, mask, nothing);
    expect(notices).toEqual(['invented-face']);
    const { feeds, wanted } = runs[0];
    expect(wanted).toEqual(['y']);
    expect(feeds[names.weight]).toEqual({ dims: [1], data: Float32Array.of(0.25) });
    expect(feeds[names.image].dims).toEqual([1, 3, 512, 512]);
    expect(result.data[0]).toBe(window.data[0]);
  });

  test('the numbers in the middle of a face are those of the model', async () => {
    const { runs, windowModel } = await imported(writeCodeFormer(folder), { fidelity: 0.25 });
    const window = picture(716, 700);
    // A crop of 1.4 times that is 511 pixels: all but the model's size.
    const mask = hole(716, 700, { x: 175, y: 170, width: 365, height: 365 });
    const smooth = { ...window, data: window.data.map((_, i) => 0.2 + 0.6 * ((i % 716) / 716)) };
    const result = await (await windowModel('blur')).run(smooth, mask, nothing);
    const at = (planes: Planes) => planes.data[350 * 716 + 357];
    // y = 0.25 x + 0.75 * 0.5 between -1 and 1.
    const x = 2 * at(smooth) - 1;
    expect(at(result)).toBeCloseTo((0.25 * x + 0.375 + 1) / 2, 3);
    const [{ feeds }] = runs;
    expect(feeds.x.data[256 * 512 + 256]).toBeCloseTo(2 * (0.2 + (0.6 * 357.5) / 716) - 1, 2);
  });

  test('GFPGAN is taken for a model of faces, and that is worth asking', async () => {
    const { entry, runs, windowModel } = await imported(writeGfpgan(folder));
    expect(entry.manifest).toMatchObject({
      adapter: 'face',
      signature: { scalars: [], image: { range: '-1..1' } },
    });
    const window = picture(512, 512);
    const result = await (await windowModel('blur')).run(
      window,
      hole(512, 512, { x: 70, y: 70, width: 372, height: 372 }),
      nothing,
    );
    expect(Object.keys(runs[0].feeds)).toEqual(['input']);
    expect(result.data.every((value) => value >= 0 && value <= 1)).toBe(true);
    await registry.remove(entry.manifest.id);
    const other = await registry.import(join(folder, 'gfpgan_1.4.onnx'), { adapter: 'image', range: '0..1' });
    expect(other.manifest).toMatchObject({ adapter: 'image', damage: ['blur', 'mosaic'] });
  });

  test('they are never default', async () => {
    const { entry } = await imported(writeGfpgan(folder));
    await expect(registry.setDefault(entry.manifest.id, true)).rejects.toMatchObject({
      code: 'model/no-default',
    });
    expect(await registry.forDamage('blur')).toBeUndefined();
  });
});

describe('YuNet', () => {
  // Upright, 100 pixels between the eyes: five points at strides of 16 from place (20, 15).
  const points = [
    [270, 240],
    [370, 240],
    [320, 300],
    [280, 345],
    [360, 345],
  ];
  const face = (score: number, column = 20, row = 15): YunetFace => ({
    stride: 16,
    column,
    row,
    cls: score,
    obj: score,
    bbox: [0, 3, Math.log(14), Math.log(18)],
    kps: points.flatMap(([x, y]) => [x / 16 - 20, y / 16 - 15]),
  });

  test('faces in the region are aligned by five points, made anew and pasted back', async () => {
    await registry.import(writeYunet(folder, [face(0.9), face(0.6, 21), face(0.9, 2, 2)]));
    const { runs, notices, windowModel } = await imported(writeGfpgan(folder));
    const window = picture(640, 640);
    const flat = { ...window, data: window.data.map((_, i) => (Math.floor(i / 640) % 640) / 1280 + 0.1) };
    const mask = hole(640, 640, { x: 180, y: 150, width: 300, height: 300 });
    const result = await (await windowModel('blur')).run(flat, mask, nothing);
    // The detector, then one face: the second overlaps it, the third lies outside the region.
    expect(runs.map(({ feeds }) => Object.keys(feeds))).toEqual([['input'], ['input']]);
    expect(runs[0].wanted).toHaveLength(12);
    const size = 640 * 640;
    // Blue first, 0..255.
    expect(
      worst(runs[0].feeds.input.data, (i) => 255 * flat.data[(2 - Math.floor(i / size)) * size + (i % size)]),
    ).toBeLessThan(1e-4);
    expect(notices).toEqual(['invented-face']);
    // The eyes lie where FFHQ has them: the picture there is that between the eyes in the photo.
    const given = runs[1].feeds.input.data;
    const between = 2 * (240 / 1280 + 0.1) - 1;
    expect(given[240 * 512 + 256]).toBeCloseTo(between, 1);
    // In the middle of the face, the model's negative shows; at the window's corner nothing.
    expect(result.data[290 * 640 + 320]).toBeCloseTo(1 - flat.data[290 * 640 + 320], 2);
    expect(result.data[5]).toBe(flat.data[5]);
  });

  test('where it finds none, the rectangle is the face', async () => {
    await registry.import(writeYunet(folder, [face(0.3)]));
    const { runs, windowModel } = await imported(writeGfpgan(folder));
    const mask = hole(640, 640, { x: 180, y: 150, width: 300, height: 300 });
    await (await windowModel('blur')).run(picture(640, 640), mask, nothing);
    expect(runs).toHaveLength(2);
  });
});

describe('image-to-image models', () => {
  /** What the tiny model makes of a sample: the negative about zero of the first channel that it sees. */
  async function check(
    options: ImageOptions,
    answers: ImportAnswers,
    expected: (value: number, c: number) => number,
  ) {
    const { entry, tools, runs } = await imported(writeImageModel(folder, options), answers);
    const network = await tools.networkFor('blur');
    const window = picture(70, 50);
    const mask = createPlanes(70, 50, 1);
    const result = await network?.run({ window, start: window, mask, blurSigmaPx: 1, mosaicPitchPx: 0 });
    const size = 70 * 50;
    expect(
      worst(result?.data ?? Float32Array.of(9), (i) => expected(window.data[i], Math.floor(i / size))),
    ).toBeLessThan(options.type === 'float16' ? 2e-3 : 1e-5);
    await registry.remove(entry.manifest.id);
    return { manifest: entry.manifest, runs };
  }

  test.each<[string, ImageOptions, ImportAnswers, (value: number, c: number) => number]>([
    ['0..1', {}, {}, (value, c) => (c === 0 ? -value : value)],
    ['-1..1', {}, { range: '-1..1' }, (value, c) => (c === 0 ? 1 - value : value)],
    ['0..255 of float64', { type: 'float64' }, { range: '0..255' }, (value, c) => (c === 0 ? -value : value)],
    [
      'bytes, channels last',
      { type: 'uint8', layout: 'nhwc' },
      {},
      (value, c) => (c === 0 ? 1 - value : value),
    ],
    ['blue first', {}, { order: 'bgr' }, (value, c) => (c === 2 ? -value : value)],
    ['half precision', { type: 'float16' }, {}, (value, c) => (c === 0 ? -value : value)],
    [
      "ImageNet's scale",
      {},
      { range: 'imagenet', outputRange: 'imagenet' },
      (value, c) => (c === 0 ? 2 * 0.485 - value : value),
    ],
    ['twice as large', { scale: 2 }, {}, (value, c) => (c === 0 ? -value : value)],
    ['three times as large', { scale: 3, layout: 'nhwc' }, {}, (value, c) => (c === 0 ? -value : value)],
    ['four times as large', { scale: 4 }, {}, (value, c) => (c === 0 ? -value : value)],
    [
      'Real-ESRGAN of 64 pixels without names',
      { scale: 4, fixedPx: 64, input: 'input.1', output: '1895' },
      {},
      (value, c) => (c === 0 ? -value : value),
    ],
    ['of multiples of 16', { multiple: 16 }, {}, (value, c) => (c === 0 ? -value : value)],
  ])('%s', async (_, options, answers, expected) => {
    const { manifest } = await check(options, answers, expected);
    expect(manifest).toMatchObject({
      adapter: 'image',
      damage: ['blur', 'mosaic'],
      signature: { output: { scale: options.scale ?? 1 } },
    });
  });

  test('NAFNet fails on small pictures; that is found out and heeded', async () => {
    const { manifest, runs } = await check({ minPx: 300 }, {}, (value, c) => (c === 0 ? -value : value));
    expect(manifest.signature?.minSidePx).toBe(384);
    expect(runs[0].feeds.input.dims).toEqual([1, 3, 384, 384]);
  });

  test('pictures larger than the only size are run in tiles without seams', async () => {
    const { tools } = await imported(writeImageModel(folder, { scale: 2, fixedPx: 64 }));
    const network = await tools.networkFor('blur');
    const window = picture(200, 130);
    const input = {
      window,
      start: window,
      mask: createPlanes(200, 130, 1),
      blurSigmaPx: 1,
      mosaicPitchPx: 0,
    };
    const result = await network?.run(input);
    const wrong = worst(result?.data ?? Float32Array.of(9), (i) =>
      i < 200 * 130 ? -window.data[i] : window.data[i],
    );
    expect(wrong).toBeLessThan(1e-5);
  });
});

test('DDColor sees grey, answers with a and b; the lightness stays', async () => {
  const { entry, runs, windowModel } = await imported(writeDdcolor(folder));
  expect(entry.manifest).toMatchObject({ adapter: 'colour', damage: ['colour'] });
  const window = picture(256, 256);
  const result = await (await windowModel('colour')).run(window, createPlanes(256, 256, 1), nothing);
  const size = 256 * 256;
  const { data } = runs[0].feeds.input;
  for (const i of [0, 777, size - 1]) {
    const [lightness] = labFromRgb(window.data[i], window.data[size + i], window.data[2 * size + i]);
    const [grey] = rgbFromLab([lightness, 0, 0]);
    expect([data[i], data[size + i], data[2 * size + i]].map((value) => value.toFixed(4))).toEqual(
      Array(3).fill(grey.toFixed(4)),
    );
    const expected = rgbFromLab([lightness, 60 * grey - 30, -40 * grey + 10]);
    for (let c = 0; c < 3; c++) expect(result.data[c * size + i]).toBeCloseTo(expected[c], 3);
  }
});

test('Lab is that of the textbooks, and back', () => {
  // Values of sRGB red and of a grey: Lindbloom, D65.
  const red = labFromRgb(1, 0, 0);
  for (const [i, value] of [53.24, 80.09, 67.2].entries()) expect(red[i]).toBeCloseTo(value, 0);
  expect(labFromRgb(0.5, 0.5, 0.5)[0]).toBeCloseTo(53.39, 1);
  const back = rgbFromLab(labFromRgb(0.2, 0.5, 0.9));
  for (const [i, value] of [0.2, 0.5, 0.9].entries()) expect(back[i]).toBeCloseTo(value, 4);
});

test('the fidelity of CodeFormer can be set later', async () => {
  const { manifest } = await registry.import(writeCodeFormer(folder));
  await registry.setFidelity(manifest.id, 0.9);
  const changed = await registry.get(manifest.id);
  expect(changed.manifest.signature?.scalars).toEqual([{ name: 'w', dims: [1], value: 0.9 }]);
  await registry.verify(changed);
  const gfpgan = await registry.import(writeGfpgan(folder));
  await expect(registry.setFidelity(gfpgan.manifest.id, 0.9)).rejects.toMatchObject({
    code: 'model/no-fidelity',
  });
});

test('stains are filled pixel by pixel: what is sound in the region stays', async () => {
  const { tools } = await imported(writeLama(folder));
  const [width, height] = [300, 240];
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) data[i] = 150 + ((i * 7919) % 13);
  const isBlot = (x: number, y: number) => (x - 150) ** 2 + (y - 120) ** 2 < 20 ** 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (isBlot(x, y)) data.set([10, 15, 60], 3 * (y * width + x));
    }
  }
  const picture = { width, height, channels: 3, depth: 8, data } as const;
  const rect = { x: 100, y: 70, width: 100, height: 100 };
  const { patches } = await restore(picture, [{ rect, damage: 'stain' }], tools);
  expect(patches).toHaveLength(1);
  const [patch] = patches;
  const pixel = (x: number, y: number) => {
    const at = 4 * ((y - patch.rect.y) * patch.rect.width + x - patch.rect.x);
    return [...patch.data.subarray(at, at + 4)];
  };
  expect(pixel(150, 120)).toEqual([51, 102, 153, 255]);
  // The patch ends close around the blot.
  expect(patch.rect.width).toBeLessThan(50);
  expect(pixel(patch.rect.x, patch.rect.y)[3]).toBe(0);
});

describe('defaults', () => {
  test('an imported model is used by itself only where the person made it default', async () => {
    const lama = await registry.import(writeLama(folder));
    const { id } = lama.manifest;
    expect(await registry.forDamage('fill', 'fill')).toBeUndefined();
    await registry.setDefault(id, true);
    expect((await registry.forDamage('fill', 'fill'))?.manifest.id).toBe(id);
    const migan = await registry.import(writeMiganPipeline(folder));
    await registry.setDefault(migan.manifest.id, true);
    expect(await registry.defaults()).toEqual([migan.manifest.id]);
    await registry.setDefault(migan.manifest.id, false);
    expect(await registry.forDamage('fill', 'fill')).toBeUndefined();
    await registry.setDefault(id, true);
    await registry.remove(id);
    expect(await registry.defaults()).toEqual([]);
  });
});

describe('what cannot be used says why', () => {
  test('inputs and outputs of no known kind are named', async () => {
    const path = writeImageModel(folder, { fixedPx: 64, file: 'odd.onnx' });
    await expect(registry.import(path, { adapter: 'fill' })).rejects.toMatchObject({
      code: 'model/wrong-shapes',
    });
    writeFileSync(path, 'not ONNX');
    await expect(registry.import(path)).rejects.toMatchObject({ code: 'model/not-a-model' });
  });

  test("a scale that is not the model's is found out", async () => {
    const path = writeImageModel(folder, { scale: 2, file: 'twice.onnx' });
    await expect(registry.import(path, { scale: 3 })).rejects.toMatchObject({ code: 'model/wrong-output' });
  });
});
