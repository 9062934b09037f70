import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newFolder, Photomend, samplePath } from './support/photomend.ts';

const size = { width: 6000, height: 4000 };
const region = { x: 2156, y: 2090, width: 600, height: 400 };
let photomend: Photomend;
let folder: string;

beforeAll(async () => {
  folder = newFolder();
  await sharp(samplePath)
    .resize(size.width, size.height, { fit: 'fill' })
    .jpeg({ quality: 90 })
    .toFile(join(folder, 'large.jpg'));
});
afterAll(async () => {
  await photomend.end();
  await rm(folder, { recursive: true, force: true });
});

/** Milliseconds a step took. */
async function timed(name: string, run: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  await run();
  console.log(`${name}: ${Math.round(performance.now() - startedAt)} ms`);
}

test('24 megapixels: open, restore 600x400, save; the window answers throughout', async () => {
  const { page } = await (async () => {
    const startedAt = performance.now();
    photomend = await Photomend.start({ args: [join(folder, 'large.jpg')] });
    await photomend.photoShown();
    console.log(`launch to first pixels: ${Math.round(performance.now() - startedAt)} ms`);
    return photomend;
  })();
  await page.evaluate(() => {
    const state = { longest: 0, last: performance.now() };
    Object.assign(globalThis, { frames: state });
    const frame = () => {
      const now = performance.now();
      state.longest = Math.max(state.longest, now - state.last);
      state.last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await timed('draw and judge', async () => {
    await photomend.draw(region, size);
    await page
      .getByText(/Mosaic|Blur|Nothing wrong|Stains|Scratches/)
      .first()
      .waitFor();
  });
  await page.getByLabel('Damage', { exact: true }).first().selectOption({ label: 'Mosaic' });
  await timed('restore', async () => {
    await photomend.restoreButton.click();
    // The wheel and the keys work meanwhile.
    await page.mouse.move(500, 400);
    for (let i = 0; i < 5; i++) {
      await page.mouse.wheel(0, i % 2 === 0 ? -120 : 120);
      await page.waitForTimeout(30);
    }
    await page
      .getByText(/region repaired/i)
      .first()
      .waitFor();
  });
  const target = join(folder, 'saved.jpg');
  await timed('save', async () => {
    await photomend.app.answer('dialog.showSaveDialog', { canceled: false, filePath: target });
    await page.keyboard.press('Control+s');
    await page
      .getByText(/saved\.jpg/)
      .first()
      .waitFor();
  });
  await timed('cancel', async () => {
    await photomend.draw({ x: 300, y: 300, width: 2400, height: 1500 }, size);
    await page.getByLabel('Damage', { exact: true }).first().selectOption({ label: 'Mosaic' });
    await page.getByLabel('Size of the squares').fill('8');
    await page.keyboard.press('Enter');
    await photomend.restoreButton.click();
    await page.getByText(/^Repairing, part [1-9]/).waitFor();
    const startedAt = performance.now();
    await page.keyboard.press('Escape');
    await photomend.restoreButton.waitFor();
    const tookMs = performance.now() - startedAt;
    console.log(`from the key to the end: ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(1000);
    // No trace: neither a repair nor an error, and the region is as it was.
    expect(await page.getByRole('button', { name: /^Repairs/ }).innerText()).toMatch(/1$/);
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.getByText(/^\d{4} × \d{4} px · set by hand/).count()).toBe(1);
  });
  const longest = await page.evaluate(
    () => (globalThis as unknown as { frames: { longest: number } }).frames.longest,
  );
  console.log(`longest time without a frame (software rendering): ${Math.round(longest)} ms`);
  expect(await sharp(target).metadata()).toMatchObject(size);
  // Two seconds without a frame would be a frozen window even on a slow machine.
  expect(longest).toBeLessThan(2000);
}, 120_000);
