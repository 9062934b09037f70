import type { Edit, FoundKind, WholeReport, WholeSteps } from '../../electron/ipc/document.ts';
import { fadingWord, isWhole } from '../../electron/ipc/whole-edits.ts';
import type { FoundPlace } from '../../electron/ipc/whole-photo.ts';
import type { Language, TextKey } from '../i18n/language.svelte.ts';
import { confidenceKey, damageWords, pixels } from './damage.ts';

const marks: Readonly<Record<Exclude<FoundKind, 'mosaic' | 'blur'>, TextKey>> = {
  stain: 'damage.stain',
  scratch: 'damage.scratch',
  dust: 'whole:found.dust',
};

/** What a found place looks like, with its measure where it has one. */
export function foundWords(
  t: Language['t'],
  { kind, damage }: { readonly kind: FoundKind; readonly damage: FoundPlace['damage'] },
): string {
  return kind === 'mosaic' || kind === 'blur' ? damageWords(t, damage) : t(marks[kind]);
}

/** How sure finding is: from a half on a place counts as damage. */
export function certaintyKey(certainty: number): TextKey {
  return certainty < 0.5 ? 'whole:sure.doubtful' : confidenceKey(certainty);
}

/** What a repair was about. */
export function editWords(t: Language['t'], edit: Edit): string {
  if (isWhole(edit)) return t('whole:title');
  const { region, damage } = edit;
  return region.found === undefined ? damageWords(t, damage) : foundWords(t, { kind: region.found, damage });
}

/** What a step of the repair of a whole photo did. */
export function stepWords(t: Language['t'], step: keyof WholeSteps, report: WholeReport): string {
  const value = report[step];
  if (value === null || value === 0) return t(`whole:step.${step}-sound`);
  switch (step) {
    case 'marks':
      return t('whole:step.marks-done', { count: value });
    case 'fading':
      return t(`whole:step.fading-${fadingWord(value)}`);
    case 'noise':
      return t('whole:step.noise-done', { level: pixels(value) });
    case 'jpeg':
      return t('whole:step.jpeg-done', { quality: value });
  }
}
