import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';

const folder = resolve('out/screenshots');

/**
 * Takes a picture of the window for people to look at, `out/screenshots/NAME.png`; `npm run screenshots` puts two of them
 * into the README. States are looked at, not the ways between them: animations end first, pictures are loaded.
 */
export async function takePicture(page: Page, name: string): Promise<void> {
  await page.evaluate(() =>
    Promise.allSettled(
      document
        .getAnimations()
        .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
        .map((animation) => animation.finished),
    ),
  );
  await page.waitForFunction(() =>
    [...document.images].every((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      return image.complete || bottom < 0 || top > innerHeight || !image.checkVisibility();
    }),
  );
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
