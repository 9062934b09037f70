import type { Damage } from '../engine/damage/kinds.ts';

/** Damage with its measure, in words. */
export function describeDamage(damage: Damage | undefined): string {
  switch (damage?.kind) {
    case undefined:
      return 'no damage found, left as it is';
    case 'blur':
      return `blur, about ${damage.sigmaPx.toFixed(1)} px`;
    case 'mosaic': {
      const { pitchX, pitchY } = damage.grid;
      const size = (px: number) => (Number.isInteger(px) ? String(px) : px.toFixed(2));
      return Math.abs(pitchX - pitchY) < 0.05
        ? `mosaic, ${size(pitchX)} px squares`
        : `mosaic, blocks of ${size(pitchX)} x ${size(pitchY)} px`;
    }
    case 'stain':
      return 'stain';
    case 'scratch':
      return 'scratches';
    case 'fill':
      return 'filled in from the surroundings';
    case 'colour':
      return 'coloured';
  }
}
