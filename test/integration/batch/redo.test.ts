import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { BatchRun } from '../../../electron/batch/run.ts';
import { openRun } from '../../../electron/batch/run-folder.ts';
import type { BatchTools } from '../../../electron/batch/tools.ts';
import { batchTools } from '../../../electron/hosts/batch/tools.ts';
import type { How } from '../../../electron/ipc/batch.ts';
import { fillSettings, newFolder, results, runOf, smallPhoto } from '../../support/batch.ts';

const folders: string[] = [];

async function temporary(): Promise<string> {
  const folder = await newFolder();
  folders.push(folder);
  return folder;
}

async function folderWith(count: number): Promise<string> {
  const folder = await temporary();
  for (let i = 0; i < count; i++) await smallPhoto(join(folder, `${i}.jpg`), i);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function tools(change: Partial<BatchTools> = {}): Promise<BatchTools> {
  const configuration = { resourcesFolder: resolve('resources'), userDataFolder: await temporary() };
  return { ...batchTools({ ...configuration, models: 'ids' }), ...change };
}

const quiet = { diskPatienceMs: 0, onHold: () => {}, onPhoto: () => {} };

test('done once more with other masks and another format: the new result takes the place of the old one', async () => {
  const [folder, out, home] = [await folderWith(2), await temporary(), await temporary()];
  const masks = async (name: string, left: number) => {
    await mkdir(join(home, name));
    const white = { create: { width: 20, height: 20, channels: 3 as const, background: '#fff' } };
    const mask = await sharp({ create: { ...white.create, width: 96, height: 72, background: '#000' } })
      .composite([{ input: await sharp(white).png().toBuffer(), left, top: 10 }])
      .png()
      .toBuffer();
    for (const n of [0, 1]) await sharp(mask).toFile(join(home, name, `${n}.png`));
    return join(home, name);
  };
  const settings = { ...fillSettings, where: { kind: 'masks' as const, damage: 'fill' as const } };
  const request = runOf(folder, out, {
    settings,
    masks: await masks('first', 4),
    unfinished: 'resume',
  });
  const opened = await openRun(request);
  const run = new BatchRun(opened, { tools: await tools(), afterCrash: false, ...quiet });
  await run.run();
  await opened.close();
  const before = await results(out);

  const again = await openRun(request);
  const regions: unknown[] = [];
  const second = new BatchRun(again, {
    tools: await tools(),
    afterCrash: false,
    ...quiet,
    onPhoto: (_n, _state, outcome) => {
      if (outcome?.state === 'repaired') regions.push(outcome.regions[0].rect);
    },
  });
  const png = { ...settings, how: { ...settings.how, format: 'png' as const } };
  await second.again([1], { settings: png, masks: await masks('second', 60) });
  expect(second.waiting).toEqual([1]);
  await second.run();
  await again.close();
  expect(regions).toEqual([{ x: 60, y: 10, width: 20, height: 20 }]);
  const after = await results(out);
  expect([...after.keys()]).toEqual(['0.jpg', '1.png']);
  expect(after.get('0.jpg')).toBe(before.get('0.jpg'));
  expect((await sharp(join(out, '1.png')).metadata()).format).toBe('png');
});

test('done once more with another pattern of names: the new result has the new name, the old one is gone', async () => {
  const [folder, out] = [await folderWith(4), await temporary()];
  const request = runOf(folder, out, { unfinished: 'resume' });
  const opened = await openRun(request);
  await new BatchRun(opened, { tools: await tools(), afterCrash: false, ...quiet }).run();
  await opened.close();
  const before = await results(out);
  const named = (pattern: string) => ({ ...fillSettings, naming: { ...fillSettings.naming, pattern } });

  // A kill comes between the order and the work: the names are in the journal.
  const ordered = await openRun(request);
  const killed = new BatchRun(ordered, { tools: await tools(), afterCrash: false, ...quiet });
  await expect(killed.again([1], { settings: named('no-number') })).rejects.toMatchObject({
    code: 'batch/bad-pattern',
  });
  await killed.again([1, 3], { settings: named('again-{name}-{number}') });
  await ordered.close();
  const again = await openRun(request);
  const run = new BatchRun(again, { tools: await tools(), afterCrash: false, ...quiet });
  expect(run.waiting).toEqual([1, 3]);
  expect(await run.run()).toBe('finished');
  await again.close();
  const after = await results(out);
  expect([...after.keys()]).toEqual(['0.jpg', '2.jpg', 'again-1-0002.jpg', 'again-3-0004.jpg']);
  expect(after.get('again-1-0002.jpg')).toBe(before.get('1.jpg'));
  expect(after.get('0.jpg')).toBe(before.get('0.jpg'));
});

test('a device that took the process down is not used again', async () => {
  const [folder, out] = [await folderWith(3), await temporary()];
  const settings = { ...fillSettings, how: { ...fillSettings.how, provider: 'auto' as const } };
  const request = runOf(folder, out, { settings, unfinished: 'resume' });
  const own = await tools();
  // A graphics card with whose driver the process dies in the middle of the second photo.
  const first = await openRun(request);
  let repairs = 0;
  const dying = new BatchRun(first, {
    tools: {
      ...own,
      provider: async () => 'webgpu',
      repair: (how: How) =>
        ++repairs === 3 ? new Promise(() => {}) : own.repair({ ...how, provider: 'cpu' }),
    },
    afterCrash: false,
    ...quiet,
  });
  void dying.run();
  await expect.poll(() => repairs).toBe(3);
  await expect.poll(() => dying.progress().counts.repaired).toBe(1);
  await first.close();

  const second = await openRun(request);
  const used: How['provider'][] = [];
  const run = new BatchRun(second, {
    tools: {
      ...own,
      provider: (how) => {
        used.push(how.provider);
        return own.provider({ ...how, provider: 'cpu' });
      },
    },
    afterCrash: true,
    ...quiet,
  });
  expect(await run.run()).toBe('finished');
  await second.close();
  expect(new Set(used)).toEqual(new Set(['cpu']));
  expect(run.progress().counts).toMatchObject({ repaired: 3, failed: 0 });
});

test('a device that gives up in the middle is told with the photo that it gave up on', async () => {
  const [folder, out] = [await folderWith(3), await temporary()];
  const own = await tools();
  const opened = await openRun(runOf(folder, out));
  let takes = 0;
  const warnings: string[][] = [];
  const run = new BatchRun(opened, {
    // Asked before and after each photo.
    tools: { ...own, takeNotices: () => (++takes === 4 ? ['provider-failed'] : []) },
    afterCrash: false,
    ...quiet,
    onPhoto: (_n, _state, outcome) => {
      if (outcome?.state === 'repaired') warnings.push([...outcome.warnings]);
    },
  });
  expect(await run.run()).toBe('finished');
  await opened.close();
  expect(warnings).toEqual([[], ['provider-failed'], []]);
});
