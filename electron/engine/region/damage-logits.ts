import { planLineSearch } from '../damage/line-support.ts';
import type { Pause } from '../pause.ts';
import { maskBounds } from '../pixels/mask.ts';
import type { Planes } from '../pixels/planes.ts';

/** Logits beyond this say no more; a probability of exactly 0 or 1 has none. */
const mostLogit = 14;
/** What a line is thought to meet outside the region, where nothing was looked for. */
const unknownLogit = -2;

/**
 * The log odds of damage for each pixel, row by row, from a map of probabilities [1, H, W]. For scratches a pixel is
 * believed as far as the line through it is (see {@link lineSupport}): one that is faint everywhere is sure as a whole.
 * @param region [1, H, W]; lines are looked for where it is above 0
 * @param pause awaited between parts of the work
 */
export async function damageLogits(
  map: Planes,
  region: Planes,
  kind: 'stain' | 'scratch',
  pause: Pause,
): Promise<Float32Array> {
  const logits = map.data.map(logitOf);
  const box = maskBounds(region, 0);
  if (kind === 'stain' || box === undefined) return logits;
  const { width } = map;
  const atOf = (x: number, y: number) => (box.y + y) * width + box.x + x;
  const search = planLineSearch(box.width, box.height, (index) => {
    const at = atOf(index % box.width, Math.floor(index / box.width));
    return region.data[at] > 0 ? logits[at] : unknownLogit;
  });
  for (let direction = 0; direction < search.directions; direction++) {
    search.run(direction);
    await pause();
  }
  const lines = search.result();
  for (let y = 0; y < box.height; y++) {
    for (let x = 0; x < box.width; x++) logits[atOf(x, y)] += lines.at(x, y);
  }
  return logits;
}

function logitOf(probability: number): number {
  const logit = Math.log(probability / (1 - probability));
  return Math.min(mostLogit, Math.max(-mostLogit, logit));
}
