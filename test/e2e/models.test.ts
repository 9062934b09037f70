import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeCodeFormer, writeImageModel, writeLama } from '../support/foreign-models.ts';
import { newFolder, Photomend, sampleInk, samplePath } from './support/photomend.ts';
import { takePicture } from './support/picture.ts';

let photomend: Photomend;
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = newFolder();
  photomend = await Photomend.start({ size: { width: 1280, height: 840 } });
  page = photomend.page;
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

async function pick(path: string): Promise<void> {
  await photomend.app.answer('dialog.showOpenDialog', { canceled: false, filePaths: [path] });
  await page.getByRole('button', { name: /Import a model|导入模型/ }).click();
}

const list = () => page.getByRole('list', { name: /Models that are here|现有模型/ });

test('a file is imported, and errors say what is wrong', async () => {
  await page.keyboard.press('Control+,');
  await page.getByRole('dialog').waitFor();
  await page.getByRole('heading', { name: 'Models' }).scrollIntoViewIfNeeded();
  expect(await list().innerText()).toMatch(/Part of Photomend/);
  await writeFile(join(folder, 'text.onnx'), 'no model');
  await pick(join(folder, 'text.onnx'));
  await page.getByText('This file is not a model, or it is damaged.').waitFor();
  await pick(writeLama(folder));
  await list().getByText('lama_fp32').waitFor();
  expect(await list().innerText()).toMatch(/Fills stains, scratches and holes/);
});

test('what a file does not tell is asked', async () => {
  await pick(writeImageModel(folder, { file: 'sharpener.onnx', scale: 2 }));
  await page.getByText('sharpener.onnx does not tell everything about itself.').waitFor();
  await page.getByLabel('Range of input').selectOption('-1..1');
  await page.getByRole('group', { name: /sharpener/ }).scrollIntoViewIfNeeded();
  await takePicture(page, 'models-ask');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await list().getByText('sharpener').waitFor();
  // CodeFormer tells all by its weight.
  await pick(writeCodeFormer(folder));
  await list().getByText('codeformer').waitFor();
  expect(await page.getByRole('button', { name: 'Use by default: codeformer' }).count()).toBe(0);
  const fidelity = page.getByLabel('Fidelity of codeformer');
  await fidelity.fill('0.8');
  await fidelity.press('Enter');
  await expect
    .poll(() => page.evaluate(() => window.photomend['models.list']({})))
    .toMatchObject({ value: expect.arrayContaining([expect.objectContaining({ fidelity: 0.8 })]) });
});

test('nothing is downloaded while Photomend stays offline', async () => {
  await page.getByText('Public models').click();
  const button = page.getByRole('button', { name: 'Download YuNet face detector (March 2023)' });
  await button.scrollIntoViewIfNeeded();
  expect(await button.isDisabled()).toBe(true);
  expect(await page.getByText('Non-commercial use only').count()).toBe(1);
  await takePicture(page, 'models-catalogue');
  const reply = await page.evaluate(() => window.photomend['models.download']({ id: 'yunet' }));
  expect(reply).toMatchObject({ ok: false, error: { code: 'download/offline' } });
  await page.getByRole('checkbox', { name: /Stay offline/ }).click();
  await expect.poll(() => button.isDisabled()).toBe(false);
  await page.getByRole('checkbox', { name: /Stay offline/ }).click();
  await page.getByText('Public models').click();
});

test('a default model fills, another one fills again, and both can be gone back to', async () => {
  await page.getByRole('button', { name: 'Use by default: lama_fp32' }).click();
  await page.getByText('Used by default').waitFor();
  await page.keyboard.press('Escape');
  await photomend.app.drop(page, [samplePath]);
  await photomend.photoShown();
  await photomend.draw(sampleInk);
  await page.getByLabel('Damage', { exact: true }).selectOption('fill');
  await photomend.restore();
  const middle = { x: sampleInk.x + 60, y: sampleInk.y + 60, width: 40, height: 30 };
  const mean = async () => {
    const data = await photomend.pixels(middle);
    return [0, 1, 2].map((c) => {
      const channel = data.filter((_, i) => i % 4 === c);
      return Math.round(channel.reduce((sum, value) => sum + value, 0) / channel.length);
    });
  };
  // The tiny model's own colour, 0.2 0.4 0.6.
  await expect.poll(mean).toEqual([51, 102, 153]);
  await page.getByRole('button', { name: /^More for/ }).click();
  await page.getByRole('menuitem', { name: 'Without a model' }).click();
  await expect.poll(mean).not.toEqual([51, 102, 153]);
  await page.keyboard.press('Control+z');
  await expect.poll(mean).toEqual([51, 102, 153]);
});

test('a made-up face says so', async () => {
  await photomend.draw({ x: 640, y: 120, width: 200, height: 200 });
  await page.getByLabel('Damage', { exact: true }).selectOption('blur');
  await page.getByLabel('Model', { exact: true }).selectOption('codeformer');
  await photomend.restoreButton.click();
  await page.getByText(/plausible invention, not evidence/).waitFor();
  await takePicture(page, 'models-face');
});

test('in Chinese and dark, without barriers; a model can be removed', async () => {
  await page.evaluate(() => window.photomend['settings.change']({ language: 'zh-CN', theme: 'dark' }));
  await page.locator('html[lang="zh-CN"]').waitFor({ state: 'attached' });
  await page.keyboard.press('Control+,');
  await page.getByRole('heading', { name: '模型', exact: true }).scrollIntoViewIfNeeded();
  await page.getByText('公开模型').click();
  await page.getByText('仅限非商业用途').scrollIntoViewIfNeeded();
  await takePicture(page, 'models-dark-zh');
  const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  const source = await readFile(axePath, 'utf8');
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId: contextId } = await session.send('Page.createIsolatedWorld', {
    frameId: frameTree.frame.id,
    worldName: 'axe',
  });
  await session.send('Runtime.evaluate', { contextId, expression: source });
  const { result } = await session.send('Runtime.evaluate', {
    contextId,
    awaitPromise: true,
    returnByValue: true,
    expression: `axe.run(document).then(({ violations }) => violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`,
  });
  expect(result.value).toEqual([]);
  await photomend.app.answer('dialog.showMessageBox', { response: 0 });
  await page.getByRole('button', { name: '移除 sharpener' }).click();
  await list().getByText('sharpener').waitFor({ state: 'detached' });
});
