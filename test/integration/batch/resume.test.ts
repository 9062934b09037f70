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
/** How long the work takes, without what it takes to start. */
let workMs = 0;
let startMs = 0;

beforeAll(async () => {
  ({ outDir } = await buildNodeParts());
  [home, folder] = [await newFolder(), await newFolder()];
  for (let i = 0; i < photoCount; i++)
    await smallPhoto(join(folder, i % 3 === 0 ? 'sub' : '', `${i}.jpg`), i);
  const out = await newFolder();
  const host = startHost(outDir, home);
  const startedAt = performance.now();
  await host.call('run', runOf(folder, out), {
    onProgress: ({ type }) => {
      if (type === 'planned') startMs = performance.now() - startedAt;
    },
  });
  workMs = performance.now() - startedAt - startMs;
  host.close();
  expected = await results(out);
  await rm(out, { recursive: true });
}, 300_000);
afterAll(async () => {
  for (const path of [home, folder]) await rm(path, { recursive: true, force: true });
});

test('killed at fifty moments, it ends in what an uninterrupted run makes, and does nothing twice', async () => {
  expect(expected.size).toBe(photoCount);
  // Two runs side by side, each with its own folder of results.
  const met = await Promise.all([killAgainAndAgain(0, 25), killAgainAndAgain(25, 25)]);
  const count = (where: Met) => met.flat().filter((one) => one === where).length;
  expect(met.flat()).toHaveLength(50);
  // Kills in the middle of the work, not only before it. How many depends on what else the machine does.
  expect(count('work')).toBeGreaterThan(8);
  expect(count('start')).toBeGreaterThan(1);
}, 600_000);

/** Whether a kill met a run before it knew its photos, before the first one was finished, in their middle, or later. */
type Met = 'start' | 'first' | 'work' | 'end';

/** Kills runs until there were so many kills; every run is then brought to its end and looked at. */
async function killAgainAndAgain(first: number, kills: number): Promise<Met[]> {
  const met: Met[] = [];
  while (met.length < kills) {
    const out = await newFolder();
    for (let isDone = false; !isDone; ) {
      const seen = await goOn(out, met.length < kills ? first + met.length : undefined);
      isDone = seen === 'all';
      // Whatever is there under a final name is whole.
      for (const [path, hash] of await results(out)) {
        if (!path.includes('.tmp')) expect(hash, path).toBe(expected.get(path));
      }
      if (isDone) continue;
      const ended = (await journalLines(out)).filter(({ t }) => t === 'end').length;
      met.push(seen === 'nothing' ? 'start' : ended === 0 ? 'first' : ended < photoCount ? 'work' : 'end');
    }
    expect([...(await results(out)).keys()]).toEqual([...expected.keys()]);
    expect(await results(out)).toEqual(expected);
    const finished = (await journalLines(out)).filter(({ t }) => t === 'end').map(({ n }) => n);
    expect(finished.sort()).toEqual([...new Set(finished)].sort());
    expect(finished).toHaveLength(photoCount);
    await rm(out, { recursive: true });
  }
  return met;
}

/**
 * Goes on with a run and kills its process at the moment of that number: the moments lie evenly over what is left to do,
 * every fifth in the time before. Without a number it may come to its end.
 * @returns what was seen of it
 */
async function goOn(out: string, moment: number | undefined): Promise<'nothing' | 'photos' | 'all'> {
  const host = startHost(outDir, home);
  const part = moment === undefined ? 0 : (moment * 0.618) % 1;
  let timer: NodeJS.Timeout | undefined;
  let isPlanned = false;
  const killIn = (ms: number) => {
    timer = setTimeout(() => {
      if (host.pid !== undefined) process.kill(host.pid, 'SIGKILL');
      host.close();
    }, ms);
  };
  const isEarly = moment !== undefined && moment % 5 === 0;
  if (isEarly) killIn(startMs * part);
  const run = host.call('run', runOf(folder, out, { unfinished: 'resume' }), {
    onProgress: (news) => {
      isPlanned = true;
      if (news.type !== 'planned' || moment === undefined || isEarly) return;
      const waiting = news.photos.filter(({ state }) => state === 'waiting').length;
      killIn((workMs * part * (waiting + 1)) / (photoCount + 1));
    },
  });
  const seen = await run.then(
    () => 'all' as const,
    () => (isPlanned ? 'photos' : 'nothing'),
  );
  clearTimeout(timer);
  host.close();
  return seen;
}

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
}, 180_000);

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
