import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Batch } from '../../../electron/desktop/batch/batch.ts';
import { batchRequestHandlers } from '../../../electron/desktop/batch/requests.ts';
import { translations } from '../../../electron/desktop/language.ts';
import { AppError } from '../../../electron/engine/errors.ts';
import type { RunEnd, RunNews } from '../../../electron/hosts/batch/contract.ts';
import { defaultHow, defaultNaming } from '../../../electron/ipc/batch-defaults.ts';
import type { EventData } from '../../../electron/ipc/contract.ts';

const settings = { where: { kind: 'sidecar' as const }, how: defaultHow, naming: defaultNaming };
const masked = { ...settings, where: { kind: 'masks' as const, damage: 'auto' as const } };
const counts = { waiting: 1, repaired: 1, clean: 0, exists: 0, failed: 0, skipped: 0 };
const progress = { total: 2, counts, photosPerMinute: undefined, secondsLeft: undefined };
const planned: RunNews = {
  type: 'planned',
  run: 'run-1',
  photos: [0, 1].map((n) => ({ n, path: `${n}.jpg`, sizeBytes: 1, state: 'waiting' })),
};

let home: string;
let folder: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'photomend-desk-'));
  folder = join(home, 'party');
  await mkdir(folder);
});
afterEach(() => rm(home, { recursive: true, force: true }));

/** Main's part, with a process that does what the test says and a system that only remembers. */
async function newBatch() {
  const calls: [string, unknown][] = [];
  let tell: (news: RunNews) => void = () => {};
  let end: (end: RunEnd) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const run = (options: { onProgress?: (news: RunNews) => void }) => {
    tell = options.onProgress ?? tell;
    return new Promise<RunEnd>((resolve, reject) => {
      end = resolve;
      fail = reject;
    });
  };
  const call = (method: string, argument: unknown, options = {}) => {
    calls.push([method, argument]);
    if (method === 'run') return run(options);
    if (method === 'list') return Promise.resolve({ photos: [], isUnfinished: false });
    if (method === 'judge') return Promise.resolve(join(folder, 'result.jpg'));
    return Promise.resolve(null);
  };
  const system = { isOnBattery: false, awake: 0, said: [] as string[][], power: () => {} };
  const seen = {
    busy: [] as boolean[],
    fractions: [] as number[],
    news: [] as EventData<'batch.news'>[],
    ended: [] as string[],
  };
  const { t } = await translations('en');
  const batch = new Batch({
    start: () => ({ call, close: () => {} }) as never,
    system: {
      isOnBattery: () => system.isOnBattery,
      onPower: (listener) => {
        system.power = listener;
      },
      stayAwake: () => {
        system.awake++;
        return () => system.awake--;
      },
      notify: (...words) => system.said.push(words),
    },
    t: () => t,
    language: () => 'zh-CN',
    onPlanned: () => {},
    onNews: (news) => seen.news.push(news),
    onEnded: (its) => seen.ended.push(its.end),
    onFraction: (fraction) => seen.fractions.push(fraction),
    onBusy: (isBusy) => seen.busy.push(isBusy),
  });
  await batch.choose([folder]);
  const last = (method: string) => calls.filter(([name]) => name === method).at(-1)?.[1];
  return {
    batch,
    calls,
    last,
    system,
    seen,
    tell: (news: RunNews) => tell(news),
    finish: async () => {
      end({ end: 'finished', progress, reports: [] });
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
    fail: async (error: Error) => {
      fail(error);
      await new Promise((resolve) => setTimeout(resolve, 0));
    },
  };
}

test('a run keeps the computer awake, shows how far it is, and says when it is over', async () => {
  const { batch, last, tell, finish, seen, system } = await newBatch();
  batch.start(settings, 'refuse');
  expect(last('run')).toMatchObject({ folder, out: `${folder}-restored`, settings, language: 'zh-CN' });
  expect(() => batch.start(settings, 'refuse')).toThrow(expect.objectContaining({ code: 'batch/busy' }));
  await expect(batch.choose([folder])).rejects.toMatchObject({ code: 'batch/busy' });
  tell(planned);
  tell({ type: 'photo', n: 0, state: 'repaired', progress });
  expect([system.awake, seen.busy]).toEqual([1, [true]]);
  await finish();
  expect(seen.fractions).toEqual([0.5, -1]);
  expect(seen.news.at(-1)?.photos).toEqual([{ n: 0, state: 'repaired' }]);
  expect([system.awake, seen.busy, seen.ended]).toEqual([0, [true, false], ['finished']]);
  expect(system.said).toEqual([['The folder is done', '2 photos, 0 of them failed.']]);
});

test('a batch that cannot go on says why', async () => {
  const { batch, fail, seen, system } = await newBatch();
  batch.start(settings, 'refuse');
  await fail(new AppError('batch/out-gone', 'The folder for the results is no longer there.'));
  expect(seen.ended).toEqual(['failed']);
  expect(system.said).toEqual([
    ['The folder could not be finished', 'The folder for the results is no longer there.'],
  ]);
});

test('it pauses on battery where the person wants that, also where it begins on battery', async () => {
  const { batch, calls, tell, system, seen } = await newBatch();
  const holds = () => calls.filter(([name]) => name === 'hold').map(([, its]) => its);
  system.isOnBattery = true;
  batch.start(settings, 'refuse');
  tell(planned);
  expect(holds().at(-1)).toEqual({ reason: 'battery', isHeld: false });
  batch.setPausesOnBattery(true);
  expect(holds().at(-1)).toEqual({ reason: 'battery', isHeld: true });
  // A process that took the place of another one has not heard of it.
  tell(planned);
  expect(holds().at(-1)).toEqual({ reason: 'battery', isHeld: true });
  tell({ type: 'hold', reason: 'battery', isHeld: true });
  expect(seen.busy).toEqual([true, false]);
  system.isOnBattery = false;
  system.power();
  expect(holds().at(-1)).toEqual({ reason: 'battery', isHeld: false });
  tell({ type: 'hold', reason: 'battery', isHeld: false });
  expect(seen.busy).toEqual([true, false, true]);
});

test('the editor goes first, also where the process is a new one', async () => {
  const { batch, last, tell } = await newBatch();
  batch.setEditorBusy(true);
  expect(last('hold')).toBeUndefined();
  batch.start(settings, 'refuse');
  tell(planned);
  expect(last('hold')).toEqual({ reason: 'editor', isHeld: true });
});

test('doing photos once more takes the masks that are chosen now', async () => {
  const { batch, last, tell, finish } = await newBatch();
  batch.start(settings, 'refuse');
  tell(planned);
  batch.chooseMasks(join(home, 'masks'));
  await batch.again([1], masked);
  expect(last('again')).toEqual({ photos: [1], settings: masked, masks: join(home, 'masks') });
  await batch.again([0], settings);
  expect(last('again')).toEqual({ photos: [0], settings });
  await finish();
  await batch.again([1], masked);
  expect(last('run')).toMatchObject({
    unfinished: 'resume',
    again: { photos: [1], settings: masked, masks: join(home, 'masks') },
  });
});

test('names that cannot be given are refused before anything is done once more', async () => {
  const { batch, last, finish, tell } = await newBatch();
  batch.start(settings, 'refuse');
  tell(planned);
  await finish();
  const runs = last('run');
  const bad = { ...settings, naming: { ...settings.naming, pattern: 'all-alike' } };
  await expect(batch.again([0], bad)).rejects.toMatchObject({ code: 'batch/bad-pattern' });
  expect(last('run')).toBe(runs);
  expect(last('again')).toBeUndefined();
});

test('the window is shown pictures of its folder only, and none of a run into another one', async () => {
  const { batch, tell, finish } = await newBatch();
  const first = await batch.choose([folder]);
  batch.start(settings, 'refuse');
  tell(planned);
  await finish();
  const { id } = batch.chooseMasks(join(home, 'masks'));
  expect(id).not.toBe(first?.id);
  expect(batch.pictureOf(first?.id ?? '', 0, 'after')).toBeUndefined();
  expect(batch.pictureOf(id, 0, 'after')).toBe(
    join(`${folder}-restored`, '.photomend', 'thumbnails', 'run-1', '0-after.jpg'),
  );
  const moved = await batch.chooseOut(join(home, 'elsewhere'));
  expect(batch.pictureOf(moved.id, 0, 'after')).toBeUndefined();
});

test('photos of several folders are a batch of their common folder', async () => {
  const { batch, last } = await newBatch();
  await batch.choose([join(folder, 'a', '1.jpg'), join(folder, 'b', '2.jpg')]);
  batch.start(settings, 'refuse');
  expect(last('run')).toMatchObject({ folder, only: ['a/1.jpg', 'b/2.jpg'] });
});

test('a report is opened; where nothing opens it, the file manager shows it', async () => {
  const { batch } = await newBatch();
  const shown: string[] = [];
  let opens = '';
  const handlers = batchRequestHandlers({
    batch,
    dialog: { showOpenDialog: async () => ({ canceled: true, filePaths: [] }) },
    shell: {
      openPath: async (path) => {
        shown.push(`open ${path}`);
        return opens;
      },
      showItemInFolder: (path) => shown.push(`show ${path}`),
      trashItem: async (path) => {
        shown.push(`bin ${path}`);
      },
    },
    window: () => undefined,
    t: () => (key) => key,
    pathsOf: () => [],
    open: () => {},
  });
  const out = `${folder}-restored`;
  const report = join(out, 'photomend-report.html');
  await handlers['batch.reveal']({ what: 'report' });
  await mkdir(out);
  await writeFile(report, '');
  await handlers['batch.reveal']({ what: 'report' });
  opens = 'No application';
  await handlers['batch.reveal']({ what: 'report' });
  await handlers['batch.judge']({ photo: 0, verdict: 'keep' });
  await handlers['batch.judge']({ photo: 0, verdict: 'discard' });
  expect(shown).toEqual([
    `show ${out}`,
    `open ${report}`,
    `open ${report}`,
    `show ${report}`,
    `bin ${join(folder, 'result.jpg')}`,
  ]);
});
