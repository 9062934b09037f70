import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { BatchRun } from '../../../electron/batch/run.ts';
import { openRun } from '../../../electron/batch/run-folder.ts';
import { batchTools } from '../../../electron/hosts/batch/tools.ts';
import { newFolder, results, runOf } from '../../support/batch.ts';
import { fadedPhoto, soundPhotoPath } from '../../support/spoiled-photos.ts';

const folders: string[] = [];

async function temporary(): Promise<string> {
  const folder = await newFolder();
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const spread = async (path: string) => (await sharp(path).greyscale().stats()).channels[0].stdev;

test('a folder of whole photos: a faded one is put right, one in good order is left alone', async () => {
  const [folder, home, parent] = [await temporary(), await temporary(), await temporary()];
  const out = join(parent, 'out');
  await mkdir(out);
  const small = (photo: Sharp, name: string) => photo.resize(400).png().toFile(join(folder, name));
  const faded = join(home, 'faded.png');
  await fadedPhoto(faded);
  await small(sharp(faded), 'faded.png');
  await small(sharp(soundPhotoPath), 'sound.png');
  const { settings } = runOf(folder, out);
  const opened = await openRun(
    runOf(folder, out, { settings: { ...settings, where: { kind: 'whole', damage: 'auto' } } }),
  );
  const acted: unknown[] = [];
  const run = new BatchRun(opened, {
    tools: batchTools({ resourcesFolder: resolve('resources'), userDataFolder: home, models: 'ids' }),
    afterCrash: false,
    diskPatienceMs: 0,
    onPhoto: (n, _state, outcome) => {
      if (outcome !== undefined && 'whole' in outcome) acted[n] = outcome.whole;
    },
    onHold: () => {},
  });
  expect(await run.run()).toBe('finished');
  await opened.close();
  expect(run.progress().counts).toMatchObject({ repaired: 1, clean: 1, failed: 0 });
  expect([...(await results(out)).keys()]).toEqual(['faded.png', 'sound.png']);
  // The faded one's tones alone.
  expect(acted[0]).toMatchObject({ fading: expect.any(Number), noise: null, jpeg: null });
  expect(acted[0]).not.toMatchObject({ fading: 0 });
  expect(acted[1]).toEqual({ marks: 0, fading: 0, noise: null, jpeg: null });
  expect(await spread(join(out, 'faded.png'))).toBeGreaterThan(
    1.3 * (await spread(join(folder, 'faded.png'))),
  );
  expect(await sharp(join(out, 'sound.png')).raw().toBuffer()).toEqual(
    await sharp(join(folder, 'sound.png')).raw().toBuffer(),
  );
});
