import { expect } from 'vitest';
import english from '../../../resources/locales/en/errors.json' with { type: 'json' };
import chinese from '../../../resources/locales/zh-CN/errors.json' with { type: 'json' };
import type { Photomend } from './photomend.ts';

export type ErrorCode = keyof typeof english;
const words = { en: english, 'zh-CN': chinese } as const;

/** Waits until the window says, in one language and then in the other, what the codes mean. */
export async function expectToldInBothLanguages(
  photomend: Photomend,
  codes: readonly ErrorCode[],
): Promise<void> {
  const { page } = photomend;
  for (const language of ['zh-CN', 'en'] as const) {
    await photomend.speak(language);
    for (const code of codes) {
      // The gaps in a text are filled with figures and names.
      const [start] = words[language][code].split('{{');
      await expect.poll(() => page.locator('body').innerText(), { message: code }).toContain(start);
    }
  }
}
