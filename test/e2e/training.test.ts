import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRun, readStatus } from '../../electron/training/runs/run-folder.ts';
import { serious } from './support/axe.ts';
import { newFolder, Photomend } from './support/photomend.ts';
import { takePicture } from './support/picture.ts';

const library = mkdtempSync(join(tmpdir(), 'photomend-e2e-library-'));
const home = newFolder();

beforeAll(() => {
  const packages = resolve('node_modules/@stdlib');
  mkdirSync(join(library, 'inner'));
  readdirSync(packages)
    .filter((name) => name.startsWith('datasets-img-'))
    .forEach((name, i) => {
      cpSync(
        join(packages, name, 'data/image.jpg'),
        join(library, i % 3 === 0 ? 'inner' : '', `${name}.jpg`),
      );
    });
});
afterAll(() => {
  rmSync(library, { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
});

async function fill(photomend: Photomend, name: string, value: string): Promise<void> {
  const field = photomend.page.getByRole('spinbutton', { name, exact: true });
  await field.fill(value);
  await field.press('Enter');
}

/** A training that takes seconds. */
async function chooseTiny(photomend: Photomend, steps: number): Promise<void> {
  const { page } = photomend;
  await page.getByText('Advanced').click();
  await page.getByRole('combobox', { name: 'Start from' }).selectOption('random');
  await fill(photomend, 'Base channels', '4');
  await fill(photomend, 'Batch', '2');
  await fill(photomend, 'Sample size', '32');
  await page.getByRole('combobox', { name: 'Train for' }).selectOption('steps');
  await fill(photomend, 'Train for', String(steps));
  await fill(photomend, 'Check every', '20');
}

/** The trainer's process, a child of the app's. */
function trainerPid(appPid: number): number {
  const children = execFileSync('ps', ['--ppid', String(appPid), '-o', 'pid=,args='], { encoding: 'utf8' });
  return Number.parseInt(children.split('\n').find((line) => line.includes('trainer-host')) ?? '', 10);
}

const runFolders = () =>
  readdirSync(join(home, 'training/runs')).map((name) => join(home, 'training/runs', name));

describe('training on one’s own photos', () => {
  let photomend: Photomend;

  async function look(state: string): Promise<void> {
    await takePicture(photomend.page, `training-${state}`);
    expect(await serious(photomend.page), state).toEqual([]);
  }

  beforeAll(async () => {
    photomend = await Photomend.start({ home });
  });
  afterAll(() => photomend.app.kill());

  test('the settings lead there', async () => {
    await photomend.page.keyboard.press('Control+,');
    await photomend.button('Open the Training place').click();
    await photomend.page.getByText('Train on your own photos').waitFor();
    await photomend.page.getByRole('dialog').waitFor({ state: 'detached' });
    await look('empty');
  });

  test('folders are looked through; photos and folders can be left out', async () => {
    const { page, app } = photomend;
    await app.answer('dialog.showOpenDialog', { canceled: false, filePaths: [library] });
    await photomend.button(/Add folders/).click();
    await page.getByText(/^8 photos · /).waitFor();
    await page
      .getByRole('button', { name: /^Leave out / })
      .first()
      .click();
    await page.getByText(/^7 photos · .* · 1 left out by you$/).waitFor();
    await page.getByRole('button', { name: /^Learn from .* again$/ }).click();
    await page.getByText(/^8 photos · /).waitFor();
    await page.getByRole('checkbox', { name: 'Learn from inner' }).click();
    await page.getByText(/^5 photos · /).waitFor();
    await page.getByRole('checkbox', { name: 'Learn from inner' }).click();
    await page.getByText(/^8 photos · /).waitFor();
    await look('library');
  });

  test('the time is measured before anything begins', async () => {
    await chooseTiny(photomend, 60);
    await photomend.button('Estimate the time').click();
    await photomend.page.getByText(/^About .* on Processor$/).waitFor();
    await look('advanced');
  });

  test('it trains, shows what it does, and judges itself on photos that it never saw', async () => {
    const { page } = photomend;
    await photomend.button('Start training').click();
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.waitFor({ timeout: 150_000 });
    expect(await verdict.innerText()).toMatch(
      /(Not better|Perhaps better|Better).* 1 photo it has never seen/,
    );
    await page.getByRole('img', { name: 'New model' }).waitFor();
    await page.locator('.u-over').first().waitFor();
    await look('verdict');
    const [folder] = runFolders();
    expect((await readStatus(folder))?.state).toBe('finished');
    expect(existsSync(join(folder, 'model/model.onnx'))).toBe(true);
    expect(existsSync(join(folder, 'best.safetensors'))).toBe(true);
  }, 180_000);

  test('pairs can be judged blind', async () => {
    const { page } = photomend;
    await photomend.button('Compare blind').click();
    await photomend.button('Left is better').click();
    await page.getByText(/You preferred the new model/).waitFor();
  });

  test('the model is used when the person says so, and can be taken back', async () => {
    const { page } = photomend;
    await photomend.button('Use this model').click();
    await page.getByText('Models', { exact: true }).click();
    const own = page.getByRole('listitem').filter({ hasText: 'My family portraits' });
    await own.getByText('in use for blur and mosaics').waitFor();
    await own.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('My family portraits is sound.').waitFor();
    const target = newFolder();
    await photomend.app.answer('dialog.showOpenDialog', { canceled: false, filePaths: [target] });
    await own.getByRole('button', { name: 'Export weights…' }).click();
    await page.getByText(/^Exported: own-/).waitFor();
    expect(readdirSync(target)).toEqual([expect.stringMatching(/^own-.*\.safetensors$/)]);
    rmSync(target, { recursive: true });
    await look('models');
    // The settings do not list it a second time; they lead here.
    await page.keyboard.press('Control+,');
    await page.getByText('One model that you trained.').waitFor();
    expect(
      await page
        .getByRole('list', { name: 'Models that are here' })
        .getByText(/^My family/)
        .count(),
    ).toBe(0);
    await photomend.button('Show in Training').click();
    await own.getByText('in use for blur and mosaics').waitFor();
    await photomend.button('Undo last change').click();
    await page.getByText('In use again: Photomend restorer: blur and mosaics').waitFor();
    await own.getByRole('button', { name: 'Use', exact: true }).waitFor();
  });

  test('in Chinese and in the dark it can be used as well', async () => {
    const { page } = photomend;
    await page.evaluate((change) => window.photomend['settings.change'](change), {
      theme: 'dark' as const,
      language: 'zh-CN' as const,
    });
    await page.locator('html[lang="zh-CN"]').waitFor({ state: 'attached' });
    await look('models-dark-zh');
    await page.getByText('训练', { exact: true }).last().click();
    await page.getByRole('region', { name: '结论' }).waitFor();
    await look('run-dark-zh');
    await page.getByText('新训练').click();
    await look('new-dark-zh');
    await page.evaluate((change) => window.photomend['settings.change'](change), {
      theme: 'system' as const,
      language: 'en' as const,
    });
    await page.locator('html[lang="en"]').waitFor({ state: 'attached' });
  });

  test('a long training pauses, waits on battery, goes on in the tray, and survives quitting and a kill', async () => {
    const { page, app } = photomend;
    await page.getByText('New training').click();
    await fill(photomend, 'Train for', '100000');
    await fill(photomend, 'Save every', '5');
    await photomend.button('Start training').click();
    await page
      .getByText('After 20 steps')
      .or(page.getByText(/After \d+ steps/))
      .first()
      .waitFor();
    expect(await app.command('power.blockers', null)).toBe(1);
    await photomend.button('Pause').click();
    await page.getByRole('status').getByText('Paused', { exact: true }).waitFor();
    await expect.poll(() => app.command('power.blockers', null)).toBe(0);
    await photomend.button('Resume').click();
    await page.getByRole('status').getByText('Training', { exact: true }).waitFor();
    await app.command('power.battery', true);
    await page.getByRole('status').getByText('Paused on battery').waitFor();
    await app.command('power.battery', false);
    await page.getByRole('status').getByText('Training', { exact: true }).waitFor();

    const [tray] = (await app.command('tray.shown', null)) as { toolTip: string; labels: string[] }[];
    expect(tray.labels).toContain('Pause Training');
    const folder = runFolders().sort().at(-1) ?? '';
    const { id } = await readRun(folder);
    // The process dies: it is started again, and the training goes on from what was saved.
    const crashed = await page.evaluate(() => window.photomend['training.state']({}));
    expect(crashed.ok && crashed.value.active?.run).toBe(id);
    process.kill(trainerPid(app.pid), 'SIGKILL');
    await page.getByText(/stopped unexpectedly and went on/).waitFor();
    await page.getByRole('status').getByText('Training', { exact: true }).waitFor();

    const before = performance.now();
    await app.quit();
    expect(await app.exited).toBe(0);
    expect(performance.now() - before).toBeLessThan(8000);
    const stopped = await readStatus(folder);
    expect(stopped?.state).toBe('running');

    photomend = await Photomend.start({ home });
    await photomend.page.keyboard.press('Control+3');
    await photomend.page.getByRole('status').getByText('Training', { exact: true }).waitFor();
    await photomend.button('Finish now').click();
    await photomend.page.getByRole('region', { name: 'Verdict' }).waitFor({ timeout: 60_000 });
  }, 180_000);
});
