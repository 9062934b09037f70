import type { Damage, MosaicGrid } from '../damage/kinds.ts';
import { crop, pad } from '../pixels/crop.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { resizeArea, resizeLanczos } from '../pixels/resize.ts';

/** The strongest damage that a network was trained on. */
export interface StrengthLimits {
  readonly maxBlurSigmaPx: number;
  readonly maxMosaicPitchPx: number;
}

/**
 * How many times smaller the network should see a window. A strong blur or mosaic holds no more information than a
 * weak one of the same picture made smaller: a blur of sigma 15 is one of 3.75 at a quarter of the size.
 */
export function shrinkFactor(damage: Damage, limits: StrengthLimits): number {
  if (damage.kind === 'blur') return Math.max(1, damage.sigmaPx / limits.maxBlurSigmaPx);
  if (damage.kind !== 'mosaic') return 1;
  const factor = Math.max(damage.grid.pitchX, damage.grid.pitchY) / limits.maxMosaicPitchPx;
  // Whole factors keep whole blocks whole.
  return factor <= 1 ? 1 : Math.ceil(factor);
}

/** A window at working scale. Its size is rounded, so the factors along the axes differ a little. */
export interface ScaledWindow {
  readonly window: Planes;
  readonly mask: Planes;
  readonly damage: Damage;
}

/** Shrinks window, mask and damage by `factor`. Whole factors are exact: the window is continued to a multiple. */
export function shrink(window: Planes, mask: Planes, damage: Damage, factor: number): ScaledWindow {
  if (factor === 1) return { window, mask, damage };
  const whole = Number.isInteger(factor);
  const width = whole ? Math.ceil(window.width / factor) : Math.max(1, Math.round(window.width / factor));
  const height = whole ? Math.ceil(window.height / factor) : Math.max(1, Math.round(window.height / factor));
  const padded = (planes: Planes) =>
    whole
      ? pad(
          planes,
          { left: 0, top: 0, right: width * factor - window.width, bottom: height * factor - window.height },
          'replicate',
        )
      : planes;
  const fx = whole ? factor : window.width / width;
  const fy = whole ? factor : window.height / height;
  return {
    window: resizeArea(padded(window), width, height),
    mask: resizeArea(padded(mask), width, height),
    damage: shrinkDamage(damage, fx, fy),
  };
}

/** Enlarges a result made at working scale to the size of the window it stands for. */
function enlarge(small: Planes, window: Planes, factor: number): Planes {
  if (factor === 1) return small;
  if (!Number.isInteger(factor)) return resizeLanczos(small, window.width, window.height);
  const large = resizeLanczos(small, small.width * factor, small.height * factor);
  return crop(large, { x: 0, y: 0, width: window.width, height: window.height });
}

function shrinkDamage(damage: Damage, fx: number, fy: number): Damage {
  if (damage.kind === 'blur') {
    // Averaging over f pixels is itself a small blur of variance (f^2 - 1) / 12, seen f times smaller.
    const f = Math.sqrt(fx * fy);
    return { kind: 'blur', sigmaPx: Math.sqrt(damage.sigmaPx ** 2 + (f * f - 1) / 12) / f };
  }
  if (damage.kind !== 'mosaic') return damage;
  const { grid } = damage;
  const scaled: MosaicGrid = {
    pitchX: grid.pitchX / fx,
    pitchY: grid.pitchY / fy,
    offsetX: grid.offsetX / fx,
    offsetY: grid.offsetY / fy,
  };
  return { kind: 'mosaic', grid: scaled };
}

/** Adds to `window` what a result at working scale changed of `small`, enlarged to the window's size. */
export function enlargeChange(window: Planes, small: Planes, smallResult: Planes, factor: number): Planes {
  const change = createPlanes(small.width, small.height, small.channels);
  for (let i = 0; i < change.data.length; i++) change.data[i] = smallResult.data[i] - small.data[i];
  const large = enlarge(change, window, factor);
  for (let i = 0; i < large.data.length; i++) large.data[i] += window.data[i];
  return large;
}
