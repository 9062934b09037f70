import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Journal } from '../../../electron/batch/journal.ts';
import { BatchRun } from '../../../electron/batch/run.ts';
import { type OpenedRun, openRun } from '../../../electron/batch/run-folder.ts';
import { batchTools } from '../../../electron/hosts/batch/tools.ts';
import { newFolder, results, runOf, smallPhoto } from '../../support/batch.ts';

const folders: string[] = [];
const count = 4;

async function temporary(): Promise<string> {
  const folder = await newFolder();
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newRun(opened: OpenedRun): Promise<BatchRun> {
  const configuration = { resourcesFolder: resolve('resources'), userDataFolder: await temporary() };
  return new BatchRun(opened, {
    tools: batchTools({ ...configuration, models: 'ids' }),
    afterCrash: false,
    diskPatienceMs: 0,
    onPhoto: () => {},
    onHold: () => {},
  });
}

/** Does something when a line has been written, ahead of all that follows it. */
function onLine(journal: Journal, act: () => Promise<void>, isIt: (line: string) => boolean): void {
  const append = journal.append.bind(journal);
  journal.append = async (...records) => {
    await append(...records);
    if (records.some(({ t }) => isIt(t))) await act();
  };
}

// Whatever the moment, the photo in work is not to blame.
test.each(['write', 'end'])('results go away after the line "%s"', async (line) => {
  const [folder, parent] = [await temporary(), await temporary()];
  for (let i = 0; i < count; i++) await smallPhoto(join(folder, 'sub', `${i}.jpg`), i);
  const out = join(parent, 'out');
  await mkdir(out);
  const request = runOf(folder, out, { unfinished: 'resume' });
  const first = await openRun(request);
  let lines = 0;
  const goAway = async () => {
    if (++lines === 2) await rename(out, `${out}-elsewhere`);
  };
  onLine(first.journal, goAway, (t) => t === line);
  await expect((await newRun(first)).run()).rejects.toMatchObject({ code: 'batch/out-gone' });
  await first.close();
  // Nothing was begun in its place.
  expect(await readdir(parent)).toEqual(['out-elsewhere']);
  expect(first.state.photos.filter(({ state }) => state === 'failed')).toEqual([]);
  await rename(`${out}-elsewhere`, out);
  const second = await openRun(request);
  const run = await newRun(second);
  expect(await run.run()).toBe('finished');
  await second.close();
  expect(run.progress().counts).toMatchObject({ repaired: count, failed: 0, waiting: 0 });
  expect((await results(out)).size).toBe(count);
});
