import type { Edit, WholeEdit, WholeSteps } from './document.ts';

/*
 * Apart from the descriptions of documents, which need zod: the page has no use for that, and would load it at every
 * launch.
 */

export const allWholeSteps: WholeSteps = { marks: true, fading: true, noise: true, jpeg: true };

/** Whether a repair is one of the whole photo. */
export function isWhole(its: Edit): its is WholeEdit {
  return 'whole' in its;
}

/** How faded a photo was, 0..1, in a word: figures would promise more than they hold. */
export function fadingWord(amount: number): 'little' | 'clearly' | 'strongly' {
  if (amount < 0.34) return 'little';
  return amount < 0.67 ? 'clearly' : 'strongly';
}
