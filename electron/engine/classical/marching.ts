import { requireMask } from '../pixels/mask.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { createPixelHeap } from './heap.ts';

/** States of fast marching: distance final, on the moving front, not reached yet, outside the picture. */
const known = 0;
const band = 1;
const hole = 2;
const frame = 3;
const far = 1e6;

/** A marching front over the picture with a frame of one pixel around it, which saves bounds checks. */
export interface Front {
  readonly width: number;
  readonly state: Uint8Array;
  /** Distance to the edge of the hole: positive inside it, negative outside. */
  readonly distance: Float32Array;
}

/** Fills one pixel `at` of a framed picture from the known ones of a disc around it, see {@link eachKnown}. */
export type FillPixel = (framed: Planes, front: Front, disc: Disc, at: number) => void;

/**
 * Fills masked pixels by fast marching, in the order of their distance to the hole's edge: Sethian 1996, as used for
 * inpainting by Telea 2004. A picture without known pixels is returned as it is.
 * @param mask [1, H, W]; pixels above 0.5 are replaced, their values are never read
 * @param radiusPx reach of the disc that a pixel is filled from
 */
export function marchingFill(planes: Planes, mask: Planes, radiusPx: number, fill: FillPixel): Planes {
  requireMask(planes, mask);
  const framed = frameOf(planes);
  const front = createFront(mask, radiusPx);
  const disc = discOffsets(radiusPx, front.width);
  march(front, far, (pixel) => fill(framed, front, disc, pixel));
  return unframed(framed, planes);
}

function frameOf(planes: Planes): Planes {
  const out = createPlanes(planes.width + 2, planes.height + 2, planes.channels);
  for (let row = 0; row < planes.height * planes.channels; row++) {
    const channel = Math.floor(row / planes.height);
    const to = (channel * out.height + (row % planes.height) + 1) * out.width + 1;
    out.data.set(planes.data.subarray(row * planes.width, (row + 1) * planes.width), to);
  }
  return out;
}

function unframed(framed: Planes, like: Planes): Planes {
  const out = createPlanes(like.width, like.height, like.channels);
  for (let row = 0; row < like.height * like.channels; row++) {
    const channel = Math.floor(row / like.height);
    const from = (channel * framed.height + (row % like.height) + 1) * framed.width + 1;
    out.data.set(framed.data.subarray(from, from + like.width), row * like.width);
  }
  return out;
}

/** The front at the start: known pixels beside the hole form the band at distance 0. */
function createFront(mask: Planes, radiusPx: number): Front {
  const width = mask.width + 2;
  const state = new Uint8Array(width * (mask.height + 2)).fill(frame);
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      state[(y + 1) * width + x + 1] = mask.data[y * mask.width + x] > 0.5 ? hole : known;
    }
  }
  const distance = new Float32Array(state.length).fill(far);
  // First march away from the hole, through the known pixels, to learn their distances.
  const outward: Front = { width, state: new Uint8Array(state.length).fill(frame), distance };
  for (let i = 0; i < state.length; i++) {
    if (state[i] !== known) continue;
    const besideHole =
      state[i - 1] === hole ||
      state[i + 1] === hole ||
      state[i - width] === hole ||
      state[i + width] === hole;
    outward.state[i] = besideHole ? band : hole;
    if (besideHole) distance[i] = 0;
  }
  march(outward, radiusPx + 1, () => {});
  for (let i = 0; i < state.length; i++) {
    if (state[i] !== known) continue;
    if (distance[i] === 0) state[i] = band;
    else distance[i] = -Math.min(distance[i], radiusPx + 1);
  }
  return { width, state, distance };
}

/** Moves the front over all pixels marked `hole` up to a distance, in order of arrival. */
function march(front: Front, limit: number, reach: (pixel: number) => void): void {
  const { width, state, distance } = front;
  const heap = createPixelHeap(1024);
  for (let i = 0; i < state.length; i++) if (state[i] === band) heap.push(i, distance[i]);
  for (let at = heap.pop(); at >= 0 && distance[at] <= limit; at = heap.pop()) {
    state[at] = known;
    for (let side = 0; side < 4; side++) {
      const next = side === 0 ? at - 1 : side === 1 ? at + 1 : side === 2 ? at - width : at + width;
      if (state[next] !== hole) continue;
      distance[next] = arrival(front, next);
      reach(next);
      state[next] = band;
      heap.push(next, distance[next]);
    }
  }
}

/** The front's arrival at a pixel: the eikonal equation |grad T| = 1, upwind in the best quadrant. */
function arrival(front: Front, at: number): number {
  const { width } = front;
  return Math.min(
    quadrant(front, at - 1, at - width),
    quadrant(front, at + 1, at - width),
    quadrant(front, at - 1, at + width),
    quadrant(front, at + 1, at + width),
  );
}

function quadrant(front: Front, across: number, along: number): number {
  const a = front.state[across] <= band ? front.distance[across] : far;
  const b = front.state[along] <= band ? front.distance[along] : far;
  const gap = a - b;
  if (gap >= 1 || gap <= -1) return 1 + Math.min(a, b);
  return a === far ? far : 0.5 * (a + b + Math.sqrt(2 - gap * gap));
}

/** Offsets of the pixels in a disc without its centre, row by row: [dx, dy, index step] each. */
export type Disc = Int32Array;

function discOffsets(radiusPx: number, width: number): Disc {
  const reach = Math.floor(radiusPx);
  const list: number[] = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const squared = dx * dx + dy * dy;
      if (squared > 0 && squared <= radiusPx * radiusPx) list.push(dx, dy, dy * width + dx);
    }
  }
  return Int32Array.from(list);
}

/** Whether a pixel's value may be read. */
export function isKnown({ state }: Front, at: number): boolean {
  return state[at] <= band;
}

/** The known pixels of a disc around `at`. */
export function eachKnown(
  front: Front,
  disc: Disc,
  at: number,
  visit: (from: number, dx: number, dy: number) => void,
): void {
  for (let k = 0; k < disc.length; k += 3) {
    const from = at + disc[k + 2];
    // The disc may leave the picture upward or downward (undefined) or wrap around the frame's columns.
    if (isKnown(front, from) && !wraps(at, disc[k], front.width)) visit(from, disc[k], disc[k + 1]);
  }
}

function wraps(at: number, dx: number, width: number): boolean {
  const x = (at % width) + dx;
  return x < 0 || x >= width;
}
