/**
 * Calls back for every pixel of a picture within `radiusPx` (a square) of one, itself included, row by row.
 * @param visit gets the pixel's place in its plane
 */
export function forNear(
  at: number,
  width: number,
  height: number,
  radiusPx: number,
  visit: (near: number) => void,
): void {
  const x = at % width;
  const y = (at - x) / width;
  const left = Math.max(0, x - radiusPx);
  const right = Math.min(width - 1, x + radiusPx);
  const bottom = Math.min(height - 1, y + radiusPx);
  for (let v = Math.max(0, y - radiusPx); v <= bottom; v++) {
    for (let u = left; u <= right; u++) visit(v * width + u);
  }
}
