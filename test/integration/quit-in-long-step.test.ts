import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { forkLauncher } from '../../electron/hosts/forked-host.ts';
import { SupervisedHost } from '../../electron/hosts/supervised-host.ts';
import type { TrainerMethods } from '../../electron/hosts/trainer/contract.ts';
import { loadCheckpoint } from '../../electron/training/checkpoint.ts';
import { planOf } from '../../electron/training/plan.ts';
import { createRun } from '../../electron/training/runs/run-folder.ts';
import { buildNodeParts } from '../support/build.ts';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'photomend-quit-'));
const patience = { timeout: 240_000, interval: 100 };
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));

test('the last finished step of a training with long steps is saved when the app ends during the next', async () => {
  const { outDir } = await buildNodeParts();
  const library = join(scratch, 'photos');
  mkdirSync(library);
  const packages = join(root, 'node_modules/@stdlib');
  for (const name of readdirSync(packages).filter((entry) => entry.startsWith('datasets-img-'))) {
    cpSync(join(packages, name, 'data/image.jpg'), join(library, `${name}.jpg`));
  }
  const folder = join(scratch, 'run');
  await createRun(folder, {
    name: 'long steps',
    goal: null,
    folders: [library],
    excluded: [],
    plan: planOf('photomend', { batch: 32, limit: { steps: 1000 } }),
    startWeights: null,
    provider: 'cpu',
    threads: 1,
    parts: 1,
    checkpointSeconds: 3600,
    validateEverySteps: 10_000,
  });
  const configuration = { resourcesFolder: join(root, 'resources'), userDataFolder: join(scratch, 'home') };
  const host = new SupervisedHost<TrainerMethods>({
    launch: forkLauncher(join(outDir, 'trainer-host.js'), configuration),
    onState: () => {},
  });
  const stepsMs: number[] = [];
  try {
    const training = host.call(
      'train',
      { folder },
      {
        onProgress: (report) => {
          if (report.kind === 'step') stepsMs.push(report.stepMs);
        },
      },
    );
    training.catch(() => undefined);
    await expect.poll(() => stepsMs.length, patience).toBeGreaterThan(0);
    expect(stepsMs[0]).toBeGreaterThan(1500);
    // Nothing but the beginning is saved for an hour; the process is in its next step by now.
    expect((await loadCheckpoint(folder)).record.step).toBe(0);
    writeFileSync(join(folder, 'quitting'), '');
    await expect.poll(async () => (await loadCheckpoint(folder)).record.step, patience).toBeGreaterThan(0);
  } finally {
    host.close();
  }
  const { record, state } = await loadCheckpoint(folder);
  expect(state.first.size).toBeGreaterThan(0);
  expect(record.elapsedSeconds).toBeGreaterThan(1);
}, 600_000);
