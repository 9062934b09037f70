import { byteOf, type DamageMap } from './damage-map.ts';
import type { Mark } from './marks.ts';

/** Scratches shorter than this have no direction to follow. */
const leastLengthPx = 20;
/** Logit from which a pixel in the line of a scratch belongs to it. */
const leastLogit = -1.5;
/** Gaps that are passed over. */
const reachPx = 3;
/** How far from the line pixels may lie, at the scratch and for each pixel beyond its ends: lines are seldom straight. */
const corridorPx = 2;
const corridorGrowth = 0.02;

/**
 * Scratches that are believed, with the fainter pixels in which they go on: what lies in the line of a scratch needs
 * less to be a part of it than what stands alone (hysteresis, Canny 1986, along the line). Other marks stay.
 */
export function extendScratches(marks: readonly Mark[], map: DamageMap): Mark[] {
  const least = byteOf(leastLogit);
  const taken = new Uint8Array(map.data.length);
  for (const { pixels } of marks) for (const at of pixels) taken[at] = 1;
  return marks.map((mark) => (mark.kind === 'scratch' ? extended(mark, map, least, taken) : mark));
}

/** The main axis of pixels: a point, a direction, and how far they reach along it both ways. */
interface Axis {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly from: number;
  readonly to: number;
}

function axisOf(pixels: Int32Array, width: number): Axis {
  let [sumX, sumY] = [0, 0];
  for (const at of pixels) {
    sumX += at % width;
    sumY += Math.floor(at / width);
  }
  const [x, y] = [sumX / pixels.length, sumY / pixels.length];
  let [xx, xy, yy] = [0, 0, 0];
  for (const at of pixels) {
    const u = (at % width) - x;
    const v = Math.floor(at / width) - y;
    xx += u * u;
    xy += u * v;
    yy += v * v;
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  let [from, to] = [0, 0];
  for (const at of pixels) {
    const along = ((at % width) - x) * dx + (Math.floor(at / width) - y) * dy;
    from = Math.min(from, along);
    to = Math.max(to, along);
  }
  return { x, y, dx, dy, from, to };
}

function extended(mark: Mark, map: DamageMap, least: number, taken: Uint8Array): Mark {
  const { width, height } = map;
  const axis = axisOf(mark.pixels, width);
  if (axis.to - axis.from < leastLengthPx) return mark;
  const inCorridor = (u: number, v: number) => {
    const along = (u - axis.x) * axis.dx + (v - axis.y) * axis.dy;
    const across = Math.abs((v - axis.y) * axis.dx - (u - axis.x) * axis.dy);
    const beyond = Math.max(0, axis.from - along, along - axis.to);
    return across <= corridorPx + corridorGrowth * beyond;
  };
  const front = [...mark.pixels];
  const added: number[] = [];
  let { x: left, y: top } = mark.rect;
  let right = left + mark.rect.width - 1;
  let bottom = top + mark.rect.height - 1;
  for (let at = front.pop(); at !== undefined; at = front.pop()) {
    const x = at % width;
    const y = (at - x) / width;
    for (let v = Math.max(0, y - reachPx); v <= Math.min(height - 1, y + reachPx); v++) {
      for (let u = Math.max(0, x - reachPx); u <= Math.min(width - 1, x + reachPx); u++) {
        const to = v * width + u;
        if (taken[to] === 1 || map.data[to] < least || !inCorridor(u, v)) continue;
        taken[to] = 1;
        front.push(to);
        added.push(to);
        left = Math.min(left, u);
        right = Math.max(right, u);
        top = Math.min(top, v);
        bottom = Math.max(bottom, v);
      }
    }
  }
  if (added.length === 0) return mark;
  const pixels = Int32Array.from([...mark.pixels, ...added]);
  return { ...mark, pixels, rect: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 } };
}
