import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as decoding from '../../../electron/engine/photo/decode-rgb8.ts';
import { scanLibrary } from '../../../electron/training/dataset/library.ts';
import { temporaryLibrary } from './fixtures.ts';

let library: Awaited<ReturnType<typeof temporaryLibrary>>;
let indexFolder: string;
const decoded = vi.spyOn(decoding, 'decodeRgb8');

beforeAll(async () => {
  library = await temporaryLibrary();
  indexFolder = await mkdtemp(join(tmpdir(), 'photomend-index-'));
});
afterAll(async () => {
  await library.remove();
  await rm(indexFolder, { recursive: true, force: true });
});

/** A scan, and how many photos it had to decode. */
async function scan(excluded: readonly string[] = []) {
  decoded.mockClear();
  const result = await scanLibrary(library.folder, { indexFolder, excluded });
  return { ...result, decodes: decoded.mock.calls.length };
}

test('a second scan reads nothing; new, changed and deleted photos are noticed', async () => {
  const first = await scan();
  expect(first.decodes).toBe(first.photos.length);
  expect(first.pixels).toBeGreaterThan(1e6);
  const second = await scan();
  expect(second.decodes).toBe(0);
  expect(second).toMatchObject({ hash: first.hash, pixels: first.pixels });

  const [photo, other] = first.photos;
  await utimes(photo.path, new Date(), new Date());
  await writeFile(join(library.folder, 'copy.jpg'), await readFile(other.path));
  const third = await scan();
  expect(third.decodes).toBe(2);
  expect(third).toMatchObject({ hash: first.hash, duplicates: 1 });

  await rm(photo.path);
  const fourth = await scan();
  expect(fourth.decodes).toBe(0);
  expect(fourth.photos).toHaveLength(first.photos.length - 1);
});

test('what is left out does not count, and is known when it is taken in again', async () => {
  const all = await scan();
  const [photo] = all.photos;
  const without = await scan([photo.path]);
  expect(without).toMatchObject({ decodes: 0, excludedPhotos: 1 });
  expect(without.photos).toHaveLength(all.photos.length - 1);
  const none = await scan([library.folder]);
  expect(none.photos).toEqual([]);
  expect(await scan()).toMatchObject({ decodes: 0, hash: all.hash });
});

test('an index that a kill cut off loses its last line only', async () => {
  const [name] = await readdir(indexFolder);
  const whole = await scan();
  await appendFile(join(indexFolder, name), '["half a line", {"sizeBy');
  expect(await scan()).toMatchObject({ decodes: 0, hash: whole.hash });
});
