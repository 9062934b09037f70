import { luma } from '../pixels/luma.ts';
import type { Planes } from '../pixels/planes.ts';
import { connectedComponents, extentOf } from './components.ts';
import { asMap, type Defects } from './defects.ts';

const directions = 24;
/** A scratch is up to five pixels wide: it differs from what lies this far to both sides. */
const sidePx = 3;
/** Half the length over which a line must hold. */
const reachPx = 10;
/** Contrast above which more does not count, so that a line must hold all along and not in spots. */
const leastCap = 0.08;
const greatestCap = 0.2;
const overTexture = 4;
/** Part of the pixels along a line that must reach the cap. */
const leastHold = 0.8;
const faintHold = 0.5;
/** Part of the cap that a pixel itself must reach to belong to a line. */
const leastRise = 0.5;
const leastSureShare = 0.2;
const leastLengthPx = 20;
const widthReachPx = 2;
/** Contrast of a scratch nobody overlooks, and length, in sides of the region, that makes sure. */
const plainContrast = 0.35;
const fullLength = 1.2;

/** Finds thin lines, lighter or darker than both sides, straight over some 20 pixels. */
export function findScratches(window: Planes, inside: Planes): Defects {
  const { width, height } = window;
  const grey = luma(window);
  const lines = lineResponse(grey, inside);
  // Pixels of faint lines count where they continue a sure one.
  const faint = new Uint8Array(width * height);
  const sure = new Uint8Array(width * height);
  for (let i = 0; i < faint.length; i++) {
    if (lines.strength[i] > faintHold * lines.cap) faint[i] = 1;
    if (lines.strength[i] > leastHold * lines.cap) sure[i] = 1;
  }
  const groups = connectedComponents(faint, width, () => true);
  const found: { pixels: Int32Array; extent: number; contrast: number }[] = [];
  let strongest = 0;
  for (let k = 0; k < groups.count; k++) {
    const pixels = groups.pixels.subarray(groups.starts[k], groups.starts[k + 1]);
    const extent = extentOf(pixels, width);
    if (extent < leastLengthPx) continue;
    let contrast = 0;
    let surePixels = 0;
    for (const at of pixels) {
      contrast += Math.abs(lines.rise[at]);
      surePixels += sure[at];
    }
    if (surePixels < leastSureShare * pixels.length) continue;
    contrast /= pixels.length;
    found.push({ pixels, extent, contrast });
    strongest = Math.max(strongest, contrast);
  }
  const marked = new Uint8Array(width * height);
  let evidence = 0;
  for (const { pixels, extent, contrast } of found) {
    if (contrast < 0.4 * strongest) continue;
    for (const at of pixels) markWidth(marked, grey, at, lines.rise[at]);
    evidence += extent * Math.min(1, contrast / plainContrast) ** 2;
  }
  const { map, share } = asMap(marked, inside);
  let region = 1;
  for (const value of inside.data) if (value > 0.5) region++;
  return { map, share, confidence: Math.min(1, evidence / (fullLength * Math.sqrt(region))) };
}

/** Marks a pixel on a line's ridge and those beside it that are more line than surroundings. */
function markWidth(marked: Uint8Array, grey: Planes, at: number, rise: number): void {
  const { width, height, data } = grey;
  const y = Math.floor(at / width);
  const x = at - y * width;
  const halfway = data[at] - 0.5 * rise;
  for (let ny = Math.max(0, y - widthReachPx); ny <= Math.min(height - 1, y + widthReachPx); ny++) {
    for (let nx = Math.max(0, x - widthReachPx); nx <= Math.min(width - 1, x + widthReachPx); nx++) {
      const value = data[ny * width + nx];
      if (rise > 0 ? value > halfway : value < halfway) marked[ny * width + nx] = 1;
    }
  }
}

interface Lines {
  /** Mean contrast, capped, along the best line through each pixel. */
  readonly strength: Float32Array;
  /** How far the pixel itself rises (or, below zero, sinks) from both sides of that line. */
  readonly rise: Float32Array;
  readonly cap: number;
}

function lineResponse(grey: Planes, inside: Planes): Lines {
  const { width, height } = grey;
  const strength = new Float32Array(width * height);
  const rise = new Float32Array(width * height);
  const cap = Math.min(greatestCap, Math.max(leastCap, overTexture * textureOf(grey, inside)));
  for (let d = 0; d < directions; d++) {
    const angle = (Math.PI * d) / directions;
    const contrast = sideContrast(grey, -Math.sin(angle), Math.cos(angle));
    addDirection(contrast, inside, cap, Math.cos(angle), Math.sin(angle), strength, rise);
  }
  return { strength, rise, cap };
}

/** Mean contrast of pixels to both sides, horizontally and vertically, in the region. */
function textureOf(grey: Planes, inside: Planes): number {
  const across = sideContrast(grey, 1, 0);
  const down = sideContrast(grey, 0, 1);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < across.length; i++) {
    if (!(inside.data[i] > 0.5)) continue;
    sum += Math.min(greatestCap, Math.abs(across[i])) + Math.min(greatestCap, Math.abs(down[i]));
    count += 2;
  }
  return count > 0 ? sum / count : 0;
}

/** Difference to both sides along the normal, the smaller of the two; 0 on edges, where they disagree in sign. */
function sideContrast(grey: Planes, nx: number, ny: number): Float32Array {
  const { width, height, data } = grey;
  const dx = Math.round(sidePx * nx);
  const dy = Math.round(sidePx * ny);
  const out = new Float32Array(width * height);
  for (let y = Math.abs(dy); y < height - Math.abs(dy); y++) {
    for (let x = Math.abs(dx); x < width - Math.abs(dx); x++) {
      const at = y * width + x;
      const one = data[at] - data[at + dy * width + dx];
      const other = data[at] - data[at - dy * width - dx];
      if (one > 0 && other > 0) out[at] = Math.min(one, other);
      else if (one < 0 && other < 0) out[at] = Math.max(one, other);
    }
  }
  return out;
}

/** Raises the strength of all pixels that stand out themselves and lie on a stronger line of this direction. */
function addDirection(
  contrast: Float32Array,
  inside: Planes,
  cap: number,
  ux: number,
  uy: number,
  strength: Float32Array,
  rise: Float32Array,
): void {
  const { width, height } = inside;
  const stepsX = new Int32Array(2 * reachPx + 1);
  const stepsY = new Int32Array(2 * reachPx + 1);
  for (let t = -reachPx; t <= reachPx; t++) {
    stepsX[t + reachPx] = Math.round(t * ux);
    stepsY[t + reachPx] = Math.round(t * uy);
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const own = Math.abs(contrast[at]);
      if (own < leastRise * cap || !(inside.data[at] > 0.5)) continue;
      const sign = contrast[at] > 0 ? 1 : -1;
      let sum = 0;
      for (let t = 0; t < stepsX.length; t++) {
        const px = x + stepsX[t];
        const py = y + stepsY[t];
        if (px < 0 || px >= width || py < 0 || py >= height) continue;
        const value = sign * contrast[py * width + px];
        sum += Math.min(cap, Math.max(-cap, value));
      }
      const mean = sum / stepsX.length;
      if (mean <= strength[at]) continue;
      strength[at] = mean;
      rise[at] = contrast[at];
    }
  }
}
