import { execFileSync } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BatchMethods, RunNews } from '../../../electron/hosts/batch/contract.ts';
import type { SupervisedHost } from '../../../electron/hosts/supervised-host.ts';
import { fillSettings, newFolder, results, runOf, smallPhoto, startHost } from '../../support/batch.ts';
import { buildNodeParts } from '../../support/build.ts';

let outDir: string;
let home: string;
let host: SupervisedHost<BatchMethods>;
const folders: string[] = [];

async function folderWith(count: number): Promise<string> {
  const folder = await temporary();
  for (let i = 0; i < count; i++) await smallPhoto(join(folder, `${i}.jpg`), i);
  return folder;
}

async function temporary(): Promise<string> {
  const folder = await newFolder();
  folders.push(folder);
  return folder;
}

beforeAll(async () => {
  ({ outDir } = await buildNodeParts());
  home = await temporary();
  host = startHost(outDir, home);
}, 120_000);
afterAll(async () => {
  host.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const codes = (news: readonly RunNews[]) =>
  news.flatMap((one) => (one.type === 'photo' && one.outcome?.state === 'failed' ? [one.outcome.code] : []));

test('photos that are cut off, gone or locked are marked, and the others are done', async () => {
  const folder = await folderWith(6);
  await truncate(join(folder, '1.jpg'), (await stat(join(folder, '1.jpg'))).size >> 1);
  await writeFile(join(folder, '2.jpg'), 'no photo');
  const isRoot = process.getuid?.() === 0;
  // Nothing is locked for root: a folder in the place of the file stands for it.
  if (!isRoot) await chmod(join(folder, '3.jpg'), 0);
  const news: RunNews[] = [];
  const out = await temporary();
  const end = await host.call('run', runOf(folder, out), {
    onProgress: (one) => {
      news.push(one);
      // The first photo has hardly begun when the last one goes away.
      if (one.type === 'planned') void rm(join(folder, '5.jpg'));
    },
  });
  const locked = isRoot ? [] : ['photo/no-permission'];
  expect(codes(news).sort()).toEqual(
    ['photo/truncated', 'photo/unknown-format', 'photo/vanished', ...locked].sort(),
  );
  expect(end.progress.counts).toMatchObject({ repaired: isRoot ? 3 : 2, waiting: 0 });
});

test('a second batch into the same folder is refused', async () => {
  const [folder, out] = [await folderWith(12), await temporary()];
  const other = startHost(outDir, home);
  let refused: Promise<unknown> = Promise.resolve();
  const end = await host.call('run', runOf(folder, out), {
    onProgress: (news) => {
      if (news.type !== 'planned') return;
      void host.call('hold', { reason: 'person', isHeld: true });
      refused = other.call('run', runOf(folder, out)).catch((error: unknown) => error);
      void refused.then(() => host.call('hold', { reason: 'person', isHeld: false }));
    },
  });
  expect(await refused).toMatchObject({ code: 'batch/busy' });
  other.close();
  expect(end.progress.counts.repaired).toBe(12);
});

test('an interrupted batch is not begun anew by accident; a finished one leaves its results alone', async () => {
  const [folder, out] = [await folderWith(8), await temporary()];
  const stopped = await host.call('run', runOf(folder, out), {
    onProgress: (news) => {
      if (news.type === 'photo' && news.outcome !== undefined) void host.call('stop', {});
    },
  });
  expect(stopped.end).toBe('stopped');
  await expect(host.call('run', runOf(folder, out))).rejects.toMatchObject({ code: 'batch/unfinished' });
  await host.call('run', runOf(folder, out, { unfinished: 'resume' }));
  const made = await results(out);
  expect(made.size).toBe(8);
  const again = await host.call('run', runOf(folder, out));
  expect(again.progress.counts).toMatchObject({ exists: 8, repaired: 0 });
  expect(await results(out)).toEqual(made);
});

test('only own results are replaced; a file of the person is not', async () => {
  const [folder, out] = [await folderWith(2), await temporary()];
  await host.call('run', runOf(folder, out));
  await writeFile(join(out, '1.jpg'), 'mine');
  const naming = { pattern: '{name}', exists: 'replace-own' as const };
  const settings = { ...fillSettings, naming, how: { ...fillSettings.how, quality: 60 } };
  const before = await results(out);
  const end = await host.call('run', runOf(folder, out, { settings }));
  expect(end.progress.counts.repaired).toBe(2);
  const after = await results(out);
  expect([...after.keys()]).toEqual(['0.jpg', '1-2.jpg', '1.jpg']);
  expect(after.get('0.jpg')).not.toBe(before.get('0.jpg'));
  expect(await readFile(join(out, '1.jpg'), 'utf8')).toBe('mine');
});

test('a photo that needs no repair is copied byte by byte, or left out', async () => {
  const folder = await folderWith(1);
  const where = { kind: 'sidecar' as const };
  const out = await temporary();
  const settings = { ...fillSettings, where, how: { ...fillSettings.how, format: 'png' as const } };
  const end = await host.call('run', runOf(folder, out, { settings }));
  expect(end.progress.counts.clean).toBe(1);
  expect(await results(out)).toEqual(await results(folder));
  const empty = await temporary();
  const skip = { ...settings, how: { ...settings.how, clean: 'skip' as const } };
  await host.call('run', runOf(folder, empty, { settings: skip }));
  expect((await results(empty)).size).toBe(0);
});

test('names that clash on other systems, in decomposed letters, and very long ones all get their files', async () => {
  const folder = await temporary();
  const long = 'a'.repeat(200);
  const names = [
    'Photo.JPG',
    'photo.jpg',
    'caf\u00e9.jpg',
    'cafe\u0301.jpg',
    join(long, long, `${long}.jpg`),
  ];
  for (const [i, name] of names.entries()) await smallPhoto(join(folder, name), i);
  expect(join(folder, names[4]).length).toBeGreaterThan(600);
  const out = await temporary();
  const naming = { pattern: `{name}-${'restored'.repeat(6)}`, exists: 'skip' as const };
  const end = await host.call('run', runOf(folder, out, { settings: { ...fillSettings, naming } }));
  expect(end.progress.counts.repaired).toBe(5);
  const keys = [...(await results(out)).keys()].map((path) => path.normalize('NFC').toLowerCase());
  expect(new Set(keys).size).toBe(5);
});

test('where the folder of results goes away, the batch stops and says so', async () => {
  const [folder, out] = [await folderWith(10), await temporary()];
  let isGone = false;
  const run = host.call('run', runOf(folder, out), {
    onProgress: (news) => {
      if (news.type !== 'photo' || news.outcome === undefined || isGone) return;
      isGone = true;
      void rename(out, `${out}-elsewhere`);
    },
  });
  await expect(run).rejects.toMatchObject({ code: 'batch/out-gone' });
  await rename(`${out}-elsewhere`, out);
  const end = await host.call('run', runOf(folder, out, { unfinished: 'resume' }));
  expect(end.progress.counts).toMatchObject({ repaired: 10, waiting: 0 });
});

test('a full disk is waited for', async (context) => {
  const disk = await temporary();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    context.skip('needs root, to mount a small disk');
  }
  try {
    const folder = await folderWith(30);
    await mkdir(join(disk, 'out'));
    await writeFile(join(disk, 'ballast'), Buffer.alloc(200 << 10));
    const holds: boolean[] = [];
    const end = await host.call('run', runOf(folder, join(disk, 'out')), {
      onProgress: (news) => {
        if (news.type !== 'hold' || news.reason !== 'disk-full') return;
        holds.push(news.isHeld);
        if (news.isHeld) execFileSync('mount', ['-o', 'remount,size=8m', disk]);
      },
    });
    expect(holds).toContain(true);
    expect(end.progress.counts).toMatchObject({ repaired: 30, failed: 0, waiting: 0 });
    const expected = await temporary();
    await host.call('run', runOf(folder, expected));
    expect(await results(join(disk, 'out'))).toEqual(await results(expected));
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

test('masks are found by path and stem, and must have the size of the photo', async () => {
  const [folder, masks, out] = [await folderWith(3), await temporary(), await temporary()];
  const sharp = (await import('sharp')).default;
  const mask = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: '#fff' } }).png();
  await mask(96, 72).toFile(join(masks, '0.png'));
  await mask(50, 50).toFile(join(masks, '1.png'));
  const settings = { ...fillSettings, where: { kind: 'masks' as const, damage: 'fill' as const } };
  const news: RunNews[] = [];
  const end = await host.call('run', runOf(folder, out, { settings, masks }), {
    onProgress: (one) => news.push(one),
  });
  expect(end.progress.counts).toMatchObject({ repaired: 1, failed: 1, clean: 1 });
  expect(codes(news)).toEqual(['region/bad-mask']);
  await copyFile(join(folder, '2.jpg'), join(out, 'unused.jpg'));
});
