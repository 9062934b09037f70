import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeMask } from '../../electron/engine/photo/screen.ts';
import type { EngineMethods, PhotoSource } from '../../electron/hosts/engine/contract.ts';
import { forkLauncher } from '../../electron/hosts/forked-host.ts';
import { SupervisedHost } from '../../electron/hosts/supervised-host.ts';
import type { WholeSteps } from '../../electron/ipc/document.ts';
import { allWholeSteps } from '../../electron/ipc/whole-edits.ts';
import {
  fadedPhoto,
  scratchedPhoto,
  scratchSpot,
  soundPhotoPath,
  spoiledSize,
} from '../support/spoiled-photos.ts';

const resourcesFolder = fileURLToPath(new URL('../../resources', import.meta.url));
let folder: string;
let host: SupervisedHost<EngineMethods>;

async function open(path: string): Promise<PhotoSource> {
  const { file } = await host.call('probe', { path, tolerant: false });
  const id = randomUUID();
  const workFolder = join(folder, 'work', id);
  await mkdir(workFolder, { recursive: true });
  return { id, path, file, tolerant: false, workFolder };
}

async function spoiled(name: string, make: (to: string) => Promise<void>): Promise<PhotoSource> {
  const path = join(folder, name);
  await make(path);
  return open(path);
}

/** How much the scratched place differs from the photo before it was scratched, in levels of 255. */
async function error(photo: PhotoSource, layers: { patch: string; strength: number }[]): Promise<number> {
  const { x, y, width, height } = scratchSpot;
  const [now, before] = await Promise.all([
    sharp(await host.call('picture', { photo, layers, rect: scratchSpot }))
      .removeAlpha()
      .raw()
      .toBuffer(),
    sharp(soundPhotoPath).extract({ left: x, top: y, width, height }).raw().toBuffer(),
  ]);
  return now.reduce((sum, level, i) => sum + Math.abs(level - before[i]), 0) / now.length;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-whole-'));
  host = new SupervisedHost<EngineMethods>({
    launch: forkLauncher(resolve('out/engine-host.js'), { resourcesFolder, userDataFolder: folder }),
    onState: () => undefined,
  });
});

afterAll(async () => {
  host.close();
  await rm(folder, { recursive: true, force: true });
});

describe('finding', () => {
  test('gives places with masks of their size and how certain they are; Restore takes them as they are', async () => {
    const photo = await spoiled('scratched.png', scratchedPhoto);
    const fractions: number[] = [];
    const { places } = await host.call(
      'find',
      { photo, layers: [], provider: 'cpu' },
      { onProgress: ({ fraction }) => fractions.push(fraction) },
    );
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(places.map(({ certainty }) => certainty)).toEqual(
      places.map(({ certainty }) => certainty).sort((a, b) => b - a),
    );
    const sure = places.filter(({ certainty }) => certainty >= 0.5);
    expect(sure.map(({ kind }) => kind)).toContain('scratch');
    const scratch = sure.find(({ rect }) => rect.x < scratchSpot.x + scratchSpot.width && rect.height > 400);
    if (scratch?.mask === undefined) throw new Error('the scratch was not found');
    const { rect, mask: png, damage } = scratch;
    const mask = await decodeMask(Buffer.from(png, 'base64'), rect);
    const covered = mask.filter((value) => value === 255).length;
    // All of its length, and about as wide as it is.
    expect(covered / rect.height).toBeGreaterThan(2);
    expect(covered / rect.height).toBeLessThan(12);
    const restored = await host.call('restore', {
      photo,
      layers: [],
      regions: [{ id: randomUUID(), rect, mask: png, damage, model: 'auto', found: 'scratch' }],
      provider: 'cpu',
    });
    const layers = restored.regions[0].patches.map((patch) => ({ patch: patch.id, strength: 1 }));
    expect(await error(photo, layers)).toBeLessThan(0.4 * (await error(photo, [])));
  });

  test('leaves a photo in good order alone', async () => {
    const { places } = await host.call('find', {
      photo: await open(soundPhotoPath),
      layers: [],
      provider: 'cpu',
    });
    expect(places.filter(({ certainty }) => certainty >= 0.5)).toEqual([]);
  });

  test('ends when it is cancelled', async () => {
    const photo = await spoiled('again.png', scratchedPhoto);
    const controller = new AbortController();
    const finding = host.call(
      'find',
      { photo, layers: [], provider: 'cpu' },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(finding).rejects.toMatchObject({ code: 'restore/cancelled' });
  });
});

describe('repairing a whole photo', () => {
  const only = (step: keyof WholeSteps): WholeSteps => ({
    marks: false,
    fading: false,
    noise: false,
    jpeg: false,
    [step]: true,
  });

  test('puts faded tones right in patches that cover the photo and lie on the disk', async () => {
    const photo = await spoiled('faded.png', fadedPhoto);
    const result = await host.call('repairWhole', {
      photo,
      layers: [],
      provider: 'cpu',
      model: 'auto',
      steps: only('fading'),
    });
    expect(result.report.fading).toBeGreaterThan(0.5);
    expect(result.report).toMatchObject({ marks: 0, noise: null, jpeg: null });
    const layers = result.patches.map(({ id }) => ({ patch: id, strength: 1 }));
    const [before, after] = await Promise.all([
      host.call('picture', { photo, layers: [] }),
      host.call('picture', { photo, layers }),
    ]);
    expect(await spread(after)).toBeGreaterThan(1.3 * (await spread(before)));
    const half = await host.call('picture', {
      photo,
      layers: layers.map((its) => ({ ...its, strength: 0.5 })),
    });
    expect(await spread(half)).toBeLessThan(await spread(after));
    await host.call('written', {});
    const files = await readdir(photo.workFolder);
    for (const { id } of result.patches) expect(files).toContain(`${id}.png`);
  });

  test('finds and repairs marks, and says how many', async () => {
    const photo = await spoiled('marks.png', scratchedPhoto);
    const result = await host.call('repairWhole', {
      photo,
      layers: [],
      provider: 'cpu',
      model: 'auto',
      steps: only('marks'),
    });
    expect(result.report.marks).toBeGreaterThan(1);
    expect(result.report.fading).toBe(0);
    const layers = result.patches.map(({ id }) => ({ patch: id, strength: 1 }));
    expect(await error(photo, layers)).toBeLessThan(0.4 * (await error(photo, [])));
  });

  test('makes no patch of a photo in good order', async () => {
    const result = await host.call('repairWhole', {
      photo: await open(soundPhotoPath),
      layers: [],
      provider: 'cpu',
      model: 'auto',
      steps: allWholeSteps,
    });
    expect(result.patches).toEqual([]);
    expect(result.report).toEqual({ marks: 0, fading: 0, noise: null, jpeg: null });
  });

  test('leaves nothing behind when it is cancelled', async () => {
    const photo = await spoiled('cancelled.png', async (to) => {
      const { width, height } = spoiledSize;
      const faded = join(folder, 'small.png');
      await fadedPhoto(faded);
      await sharp(faded)
        .resize(4 * width, 4 * height)
        .toFile(to);
    });
    const controller = new AbortController();
    const repairing = host.call(
      'repairWhole',
      { photo, layers: [], provider: 'cpu', model: 'auto', steps: only('fading') },
      {
        signal: controller.signal,
        onProgress: ({ fraction }) => {
          if (fraction > 0.9) controller.abort();
        },
      },
    );
    await expect(repairing).rejects.toMatchObject({ code: 'restore/cancelled' });
    await expect.poll(() => readdir(photo.workFolder), { timeout: 10_000 }).toEqual([]);
  });
});

/** Standard deviation of the brightness. */
async function spread(png: Uint8Array): Promise<number> {
  const { channels } = await sharp(png).greyscale().stats();
  return channels[0].stdev;
}
