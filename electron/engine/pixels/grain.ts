/** In a photo with grain fewer pixels than this are exactly like the next one. */
const grainyShare = 0.02;

/**
 * Whether a picture has grain, told by the pixels of a row that are exactly alike: in a photo with grain hardly any.
 * @param size number of pixels
 * @param counts whether a pixel and the next one are looked at
 * @param alike whether two pixels are exactly alike
 */
export function isGrainy(
  width: number,
  size: number,
  counts: (at: number, next: number) => boolean,
  alike: (from: number, to: number) => boolean,
): boolean {
  let pairs = 0;
  let same = 0;
  for (let at = 0; at + 1 < size; at++) {
    if ((at + 1) % width === 0 || !counts(at, at + 1)) continue;
    pairs++;
    if (alike(at, at + 1)) same++;
  }
  return pairs > 0 && same / pairs < grainyShare;
}
