import type { DamageMeasure, DamageSetting } from '../../electron/ipc/document.ts';
import type { Language, TextKey } from '../i18n/language.svelte.ts';

export type DamageKind = DamageMeasure['kind'];
export const damageKinds = [
  'mosaic',
  'blur',
  'stain',
  'scratch',
  'fill',
  'colour',
] as const satisfies readonly DamageKind[];

/** A length in pixels, with a decimal where it has one. */
export function pixels(value: number): string {
  return String(Number(value.toFixed(1)));
}

/** Damage with its measure: "Mosaic, 8 px squares". */
export function damageWords(t: Language['t'], damage: DamageMeasure): string {
  switch (damage.kind) {
    case 'blur':
      return t('damage.blur-of', { px: pixels(damage.sigmaPx) });
    case 'mosaic': {
      const { pitchX, pitchY } = damage.grid;
      return Math.abs(pitchX - pitchY) < 0.05
        ? t('damage.mosaic-of', { px: pixels(pitchX) })
        : t('damage.mosaic-of-oblongs', { x: pixels(pitchX), y: pixels(pitchY) });
    }
    default:
      return kindWords(t, damage.kind);
  }
}

/** The name of a kind of damage. */
export function kindWords(t: Language['t'], kind: DamageKind): string {
  return t(`damage.${kind}`);
}

/** The kind that a person chose; `auto` where analysis decides. */
export function chosenKind(setting: DamageSetting): DamageKind | 'auto' {
  return typeof setting === 'string' ? setting : setting.kind;
}

/** How sure analysis is, in words: figures would promise more than they hold. */
export function confidenceKey(confidence: number): TextKey {
  if (confidence >= 0.85) return 'sure.very';
  return confidence >= 0.65 ? 'sure.quite' : 'sure.little';
}
