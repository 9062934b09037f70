import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { difference, newFolder, Photomend, sampleMosaic, samplePath } from './support/photomend.ts';

const home = newFolder();
const running: Photomend[] = [];
afterAll(async () => {
  for (const photomend of running) await photomend.app.kill();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function start(args: readonly string[] = []): Promise<Photomend> {
  const photomend = await Photomend.start({ args, home });
  running.push(photomend);
  return photomend;
}

/** Waits until a repair is on the disk, a moment after it was made. */
async function workStored(): Promise<void> {
  await expect
    .poll(
      async () => {
        const files = (await readdir(home, { recursive: true })).filter(
          (name) => basename(name) === 'work.json',
        );
        const texts = await Promise.all(files.map((name) => readFile(join(home, name), 'utf8')));
        return texts.some((text) => JSON.parse(text).hasUnsavedEdits);
      },
      { timeout: 20_000 },
    )
    .toBe(true);
}

describe('work that was not saved', () => {
  let before: number[];

  test('closing asks, and "Cancel" keeps the window', async () => {
    const photomend = await start([samplePath]);
    await photomend.photoShown();
    before = await photomend.pixels(sampleMosaic);
    await photomend.draw(sampleMosaic);
    await photomend.page
      .getByText(/Mosaic, 8 px/)
      .first()
      .waitFor();
    await photomend.restore();
    // It is stored a moment after the change.
    await expect
      .poll(async () => {
        await photomend.app.answer('dialog.showMessageBox', { response: 2 });
        await photomend.app.quit();
        return (await photomend.app.calls('dialog.showMessageBox')).length;
      })
      .toBeGreaterThan(0);
    const [box] = (await photomend.app.calls('dialog.showMessageBox')) as {
      message: string;
      buttons: string[];
    }[];
    expect(box.message).toBe('One photo has repairs that are not saved.');
    expect(box.buttons).toHaveLength(3);
    await photomend.page.getByText('edited', { exact: true }).first().waitFor();
  });

  test('a killed app offers it again, with the repair in place', async () => {
    await workStored();
    await running[0].app.kill();
    const photomend = await start();
    await photomend.page.getByText('sample.jpg').first().waitFor();
    await photomend
      .button(/continue/i)
      .first()
      .click();
    await photomend.photoShown();
    await expect
      .poll(async () => difference(before, await photomend.pixels(sampleMosaic)))
      .toBeGreaterThan(2);
    await photomend.page.getByText('edited', { exact: true }).first().waitFor();
  });

  test('"Close without saving" ends the app and forgets it', async () => {
    const photomend = running[1];
    await photomend.app.answer('dialog.showMessageBox', { response: 1 });
    await photomend.app.quit();
    expect(await photomend.app.exited).toBe(0);
    const again = await start();
    await again.button(/open/i).first().waitFor();
    expect(await again.button(/continue/i).count()).toBe(0);
    await again.app.quit();
    expect(await again.app.exited).toBe(0);
  });
});
