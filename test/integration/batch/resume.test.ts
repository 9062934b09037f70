import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { superviseRun } from '../../../electron/hosts/batch/supervised-run.ts';
import { newFolder, results, runOf, smallPhoto, startHost } from '../../support/batch.ts';
import { buildNodeParts } from '../../support/build.ts';

const photoCount = 24;
let outDir: string;
let home: string;
let folder: string;
let expected: Map<string, string>;
let wholeMs = 0;

beforeAll(async () => {
  ({ outDir } = await buildNodeParts());
  [home, folder] = [await newFolder(), await newFolder()];
  for (let i = 0; i < photoCount; i++)
    await smallPhoto(join(folder, i % 3 === 0 ? 'sub' : '', `${i}.jpg`), i);
  const out = await newFolder();
  const host = startHost(outDir, home);
  const startedAt = performance.now();
  await host.call('run', runOf(folder, out));
  wholeMs = performance.now() - startedAt;
  host.close();
  expected = await results(out);
  await rm(out, { recursive: true });
}, 120_000);
afterAll(async () => {
  for (const path of [home, folder]) await rm(path, { recursive: true, force: true });
});

test('killed at fifty moments, it ends in what an uninterrupted run makes, and does nothing twice', async () => {
  expect(expected.size).toBe(photoCount);
  let kills = 0;
  let ends = 0;
  let interrupted = 0;
  while (kills < 50 || ends === 0) {
    const out = await newFolder();
    for (let isDone = false; !isDone; ) {
      const host = startHost(outDir, home);
      // A plain line of numbers: every part of a run is hit sooner or later.
      const afterMs = kills < 50 ? wholeMs * ((kills * 0.618) % 1) + 2 * kills : 60_000;
      const timer = setTimeout(() => {
        if (host.pid !== undefined) process.kill(host.pid, 'SIGKILL');
        host.close();
      }, afterMs);
      isDone = await host.call('run', runOf(folder, out, { unfinished: 'resume' })).then(
        () => true,
        () => false,
      );
      clearTimeout(timer);
      host.close();
      if (!isDone) kills++;
      if (!isDone && (await journalLines(out)).some(({ t }) => t === 'end')) interrupted++;
      // Whatever is there under a final name is whole.
      for (const [path, hash] of await results(out)) {
        if (!path.includes('.tmp')) expect(hash, path).toBe(expected.get(path));
      }
    }
    ends++;
    expect([...(await results(out)).keys()]).toEqual([...expected.keys()]);
    expect(await results(out)).toEqual(expected);
    const finished = (await journalLines(out)).filter(({ t }) => t === 'end').map(({ n }) => n);
    expect(finished.sort()).toEqual([...new Set(finished)].sort());
    expect(finished).toHaveLength(photoCount);
    await rm(out, { recursive: true });
  }
  // Kills in the middle of the work, not only before it.
  expect(interrupted).toBeGreaterThan(5);
}, 300_000);

test('a photo that takes the process down is marked, and the others are done', async () => {
  const out = await newFolder();
  const host = startHost(outDir, home);
  const poisoned = '11-large.jpg';
  // Large, so that the kill meets it at work.
  const source = join(folder, '11.jpg');
  await sharp(source).resize(4000, 3000).jpeg().toFile(join(folder, poisoned));
  let number = -1;
  let deaths = 0;
  const end = await superviseRun(host, runOf(folder, out), (news) => {
    if (news.type === 'planned') number = news.photos.find(({ path }) => path === poisoned)?.n ?? -1;
    // As a fault in native code would.
    if (news.type === 'photo' && news.n === number && news.state === 'decode' && host.pid !== undefined) {
      deaths++;
      process.kill(host.pid, 'SIGKILL');
    }
  });
  host.close();
  expect(deaths).toBeGreaterThanOrEqual(2);
  expect(end.progress.counts).toMatchObject({ repaired: photoCount, failed: 1, waiting: 0 });
  const failed = (await journalLines(out)).find(({ outcome }) => outcome?.state === 'failed');
  expect(failed).toMatchObject({ n: number, outcome: { code: 'batch/crashes' } });
  expect(await results(out)).toEqual(expected);
  await rm(join(folder, poisoned));
  await rm(out, { recursive: true });
});

interface Line {
  readonly t: string;
  readonly n?: number;
  readonly outcome?: { readonly state: string };
}

async function journalLines(out: string): Promise<Line[]> {
  const runFolder = join(out, '.photomend');
  const names = (await readdir(runFolder).catch(() => [])).filter((name) => name.startsWith('journal-'));
  const texts = await Promise.all(names.map((name) => readFile(join(runFolder, name), 'utf8')));
  // The last line of a killed run may be cut off.
  return texts.flatMap((text) => text.split('\n').slice(0, -1)).map((line) => JSON.parse(line) as Line);
}
