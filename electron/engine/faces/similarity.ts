/** A point in pixels; (0, 0) is the middle of the upper left pixel. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Turning, scaling and moving: x' = a x - b y + tx, y' = b x + a y + ty. */
export interface Similarity {
  readonly a: number;
  readonly b: number;
  readonly tx: number;
  readonly ty: number;
}

export function moved({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return { x: a * x - b * y + tx, y: b * x + a * y + ty };
}

export function scaleOf({ a, b }: Similarity): number {
  return Math.hypot(a, b);
}

export function inverse({ a, b, tx, ty }: Similarity): Similarity {
  const square = a * a + b * b;
  const [ia, ib] = [a / square, -b / square];
  return { a: ia, b: ib, tx: -(ia * tx - ib * ty), ty: -(ib * tx + ia * ty) };
}

/**
 * The similarity that brings points onto others with the least squared error (Umeyama 1991, without reflections).
 * Undefined where the points all lie in one place.
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity | undefined {
  const middle = (points: readonly Point[]): Point => ({
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  });
  const [m, n] = [middle(from), middle(to)];
  let [spread, along, across] = [0, 0, 0];
  for (const [i, point] of from.entries()) {
    const [x, y] = [point.x - m.x, point.y - m.y];
    const [u, v] = [to[i].x - n.x, to[i].y - n.y];
    spread += x * x + y * y;
    along += x * u + y * v;
    across += x * v - y * u;
  }
  const [a, b] = [along / spread, across / spread];
  if (!(Math.hypot(a, b) > 1e-6) || !Number.isFinite(a) || !Number.isFinite(b)) return undefined;
  return { a, b, tx: n.x - (a * m.x - b * m.y), ty: n.y - (b * m.x + a * m.y) };
}
