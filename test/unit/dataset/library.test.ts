import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scanLibrary } from '../../../electron/training/dataset/library.ts';
import { splitLibrary } from '../../../electron/training/dataset/split.ts';
import { photoNames } from '../classical/photos.ts';
import { photoBytes, temporaryLibrary } from './fixtures.ts';

let library: Awaited<ReturnType<typeof temporaryLibrary>>;
const inLibrary = (...parts: string[]) => join(library.folder, ...parts);

beforeAll(async () => {
  library = await temporaryLibrary();
  const small = sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } });
  const grey = sharp({ create: { width: 64, height: 48, channels: 3, background: '#888' } });
  const house = photoBytes('dust-bowl-home');
  await mkdir(inLibrary('deep', 'deeper'), { recursive: true });
  await writeFile(inLibrary('deep', 'deeper', 'without-an-ending'), await grey.png().toBuffer());
  await writeFile(inLibrary('deep', 'the-same-again.png'), house);
  await writeFile(inLibrary('deep', 'cut-off.jpg'), house.subarray(0, house.length / 2));
  await writeFile(inLibrary('deep', 'empty.jpg'), '');
  await writeFile(inLibrary('deep', 'narrow.png'), await small.png().toBuffer());
  await writeFile(inLibrary('notes.txt'), 'These are my photos of 1936.');
  await writeFile(
    inLibrary('drawing.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>',
  );
  await writeFile(inLibrary('.DS_Store'), Buffer.alloc(64));
  await symlink('..', inLibrary('deep', 'circle'));
  await symlink('nowhere', inLibrary('dangling.jpg'));
  await symlink(inLibrary('deep', 'deeper'), inLibrary('a-link-to-deeper'));
});

afterAll(() => library.remove());

test('photos are found by their bytes, in all folders, each content once', async () => {
  const scan = await scanLibrary(library.folder);
  expect(scan.photos).toHaveLength(photoNames.length + 1);
  expect(scan.duplicates).toBe(1);
  const hashes = scan.photos.map(({ hash }) => hash);
  expect(hashes).toEqual([...new Set(hashes)].sort());
  expect(scan.photos.some(({ path }) => path.endsWith('without-an-ending'))).toBe(true);
});

test('what looks like a photo and is none to train on is listed with the reason', async () => {
  const { skipped } = await scanLibrary(library.folder);
  expect(skipped.map(({ path }) => path).sort()).toEqual([
    'deep/cut-off.jpg',
    'deep/empty.jpg',
    'deep/narrow.png',
  ]);
  for (const { code, message } of skipped) {
    expect(code).toMatch(/^photo\//);
    expect(message.length).toBeGreaterThan(10);
  }
});

test('names and folders do not change the library, content does', async () => {
  const before = await scanLibrary(library.folder);
  await rename(inLibrary('acanthus-mollis.jpg'), inLibrary('deep', 'zzz'));
  const renamed = await scanLibrary(library.folder);
  expect(renamed.hash).toBe(before.hash);
  expect(renamed.photos.map(({ hash }) => hash)).toEqual(before.photos.map(({ hash }) => hash));

  const extra = sharp({ create: { width: 50, height: 50, channels: 3, background: 'green' } });
  await writeFile(inLibrary('extra.webp'), await extra.webp().toBuffer());
  const grown = await scanLibrary(library.folder);
  expect(grown.hash).not.toBe(before.hash);
  expect(grown.photos).toHaveLength(before.photos.length + 1);
});

test('a folder that is not there is an error, one that may not be read is listed', async () => {
  await expect(scanLibrary(inLibrary('missing'))).rejects.toMatchObject({ code: 'train/no-library' });
  const locked = inLibrary('locked');
  await mkdir(locked);
  await chmod(locked, 0);
  try {
    const { skipped } = await scanLibrary(library.folder);
    const codes = skipped.filter(({ path }) => path === 'locked').map(({ code }) => code);
    // The administrator may read everything.
    expect(codes).toEqual(process.getuid?.() === 0 ? [] : ['train/unreadable-folder']);
  } finally {
    await chmod(locked, 0o700);
  }
});

test('a scan reports how far it is and can be ended', async () => {
  const stop = new AbortController();
  const seen: number[] = [];
  const scan = scanLibrary(library.folder, {
    signal: stop.signal,
    onProgress: (done, total) => {
      seen.push(done / total);
      if (done === 3) stop.abort();
    },
  });
  await expect(scan).rejects.toThrow();
  expect(seen).toHaveLength(4);
});

test('a growing library never moves a photo between training and validation', () => {
  const photos = Array.from({ length: 3000 }, (_, i) => {
    const hash = (Math.imul(i + 1, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0').repeat(8);
    return { hash, path: `${i}.jpg` };
  });
  const few = splitLibrary(photos.slice(0, 1000));
  const many = splitLibrary(photos);
  expect(many.validation.length / photos.length).toBeCloseTo(0.08, 2);
  const kept = new Set(many.validation);
  for (const photo of few.validation) expect(kept.has(photo)).toBe(true);
  for (const photo of few.training) expect(kept.has(photo)).toBe(false);
});

test('the smallest library has a photo on either side', () => {
  for (const first of ['00', 'ff']) {
    const photos = ['1', '2'].map((path) => ({ path, hash: first.repeat(32) }));
    const { training, validation } = splitLibrary(photos);
    expect([training.length, validation.length]).toEqual([1, 1]);
  }
});
