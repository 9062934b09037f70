import type { MaskedRegion } from '../../electron/ipc/document.ts';
import type { Language } from '../i18n/language.svelte.ts';

/** How a screen reader names a region: what it is to the eye, its number, size and place. */
export function regionName(t: Language['t'], number: number, { rect }: Pick<MaskedRegion, 'rect'>): string {
  const { x, y, width, height } = rect;
  return t('editor:region', { number, width, height, x, y });
}
