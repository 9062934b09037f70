import { diffuseFill } from '../classical/fill.ts';
import { connectedComponents, dilate } from '../damage/components.ts';
import type { Pause } from '../pause.ts';
import { forNear } from '../pixels/near.ts';
import type { Planes } from '../pixels/planes.ts';

/** An edge is soft where this share of the pixels around paint is covered by it to this part. */
const softShare = 0.4;
const mixedCover = 0.2;
/** Pixels around a soft edge belong to the paint from this share of it. */
const leastCover = 0.06;

/**
 * Adds to `painted`, in place, the pixels around paint of flat colours that are mixtures of it and of the photo (the
 * matting equation, Porter and Duff 1984), where its edges are soft.
 * @param window RGB, 0..1
 * @param region [1, H, W]; nothing outside is added
 */
export async function addSoftEdges(
  window: Planes,
  painted: Uint8Array,
  region: Planes,
  pause: Pause,
): Promise<void> {
  const { width, height } = window;
  const wide = dilate(painted, width, 1);
  const background = diffuseFill(window, { width, height, channels: 1, data: Float32Array.from(wide) });
  const { count, starts, pixels } = connectedComponents(painted, width, () => true);
  for (let k = 0; k < count; k++) {
    await pause();
    const covers = coversAround(
      window,
      background,
      painted,
      region,
      pixels.subarray(starts[k], starts[k + 1]),
    );
    const mixed = [...covers.values()].filter((cover) => cover >= mixedCover).length;
    if (mixed === 0 || mixed < softShare * covers.size) continue;
    for (const [at, cover] of covers) if (cover >= leastCover) painted[at] = 1;
  }
}

/** The share of paint in each pixel that touches a stroke. */
function coversAround(
  window: Planes,
  background: Planes,
  painted: Uint8Array,
  region: Planes,
  stroke: Int32Array,
): Map<number, number> {
  const { width, height } = window;
  const size = painted.length;
  const covers = new Map<number, number>();
  for (const from of stroke) {
    forNear(from, width, height, 1, (at) => {
      if (painted[at] === 1 || region.data[at] <= 0 || covers.has(at)) return;
      let dot = 0;
      let square = 0;
      for (let c = 0; c < 3; c++) {
        const towards = window.data[c * size + from] - background.data[c * size + at];
        dot += towards * (window.data[c * size + at] - background.data[c * size + at]);
        square += towards * towards;
      }
      covers.set(at, square < 1e-3 ? 0 : dot / square);
    });
  }
  return covers;
}
