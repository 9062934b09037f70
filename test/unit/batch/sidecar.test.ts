import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSidecar } from '../../../electron/batch/where/sidecar.ts';
import { sidecarEnding, writeSidecar } from '../../../electron/batch/where/sidecar-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-sidecar-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const size = { width: 100, height: 80 };
const rect = { x: 5, y: 6, width: 4, height: 2 };
const region = { id: '00000000-0000-4000-8000-000000000001', rect, damage: 'auto' as const, model: 'auto' };

test('what the editor saves, a batch reads: rectangles, masks and what is wrong', async () => {
  const photo = join(folder, 'photo.jpg');
  const raw = { raw: { width: 4, height: 2, channels: 1 as const } };
  const mask = await sharp(Buffer.from([0, 255, 255, 0, 255, 0, 0, 255]), raw)
    .png()
    .toBuffer();
  const damage = { kind: 'blur' as const, sigmaPx: 2 };
  const regions = [region, { ...region, damage, mask: mask.toString('base64') }];
  expect(await writeSidecar(photo, size, regions)).toBe(photo + sidecarEnding);
  // Once more, in the place of the first.
  await writeSidecar(photo, size, regions);
  expect(await readdir(folder)).toEqual([`photo.jpg${sidecarEnding}`]);
  const [plain, masked] = (await readSidecar(photo, size)) ?? [];
  expect(plain).toEqual({ rect, damage: 'auto' });
  expect(masked).toMatchObject({ rect, damage });
  expect([...(masked.mask ?? [])]).toEqual([0, 255, 255, 0, 255, 0, 0, 255]);
});

test('there may be none; one of another photo, or one that is none, is refused', async () => {
  expect(await readSidecar(join(folder, 'other.jpg'), size)).toBeUndefined();
  const photo = join(folder, 'photo.png');
  await writeSidecar(photo, size, [region]);
  await expect(readSidecar(photo, { width: 80, height: 100 })).rejects.toMatchObject({
    code: 'batch/bad-sidecar',
  });
  await writeFile(photo + sidecarEnding, '{}');
  await expect(readSidecar(photo, size)).rejects.toMatchObject({ code: 'batch/bad-sidecar' });
});
