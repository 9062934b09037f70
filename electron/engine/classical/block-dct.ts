/** Cosines of k pi / 16, halved: the factors of the orthonormal 8-point DCT-II. */
const [c1, c2, c3, c5, c6, c7] = [1, 2, 3, 5, 6, 7].map((k) => 0.5 * Math.cos((k * Math.PI) / 16));
const c0 = Math.sqrt(1 / 8);

/** Orthonormal DCT-II of an 8x8 block (64 values, row by row), in place. */
export function blockDct(block: Float64Array): void {
  for (let row = 0; row < 64; row += 8) forward(block, row, 1);
  for (let column = 0; column < 8; column++) forward(block, column, 8);
}

/** Undoes {@link blockDct}, in place. */
export function inverseBlockDct(block: Float64Array): void {
  for (let column = 0; column < 8; column++) inverse(block, column, 8);
  for (let row = 0; row < 64; row += 8) inverse(block, row, 1);
}

function forward(b: Float64Array, at: number, step: number): void {
  const x0 = b[at];
  const x1 = b[at + step];
  const x2 = b[at + 2 * step];
  const x3 = b[at + 3 * step];
  const x4 = b[at + 4 * step];
  const x5 = b[at + 5 * step];
  const x6 = b[at + 6 * step];
  const x7 = b[at + 7 * step];
  const outer = x0 + x7 + x3 + x4;
  const inner = x1 + x6 + x2 + x5;
  const f0 = x0 + x7 - x3 - x4;
  const f1 = x1 + x6 - x2 - x5;
  const d0 = x0 - x7;
  const d1 = x1 - x6;
  const d2 = x2 - x5;
  const d3 = x3 - x4;
  b[at] = c0 * (outer + inner);
  b[at + step] = c1 * d0 + c3 * d1 + c5 * d2 + c7 * d3;
  b[at + 2 * step] = c2 * f0 + c6 * f1;
  b[at + 3 * step] = c3 * d0 - c7 * d1 - c1 * d2 - c5 * d3;
  b[at + 4 * step] = c0 * (outer - inner);
  b[at + 5 * step] = c5 * d0 - c1 * d1 + c7 * d2 + c3 * d3;
  b[at + 6 * step] = c6 * f0 - c2 * f1;
  b[at + 7 * step] = c7 * d0 - c5 * d1 + c3 * d2 - c1 * d3;
}

function inverse(b: Float64Array, at: number, step: number): void {
  const x1 = b[at + step];
  const x2 = b[at + 2 * step];
  const x3 = b[at + 3 * step];
  const x5 = b[at + 5 * step];
  const x6 = b[at + 6 * step];
  const x7 = b[at + 7 * step];
  const e0 = c0 * (b[at] + b[at + 4 * step]);
  const e1 = c0 * (b[at] - b[at + 4 * step]);
  const f0 = c2 * x2 + c6 * x6;
  const f1 = c6 * x2 - c2 * x6;
  const d0 = c1 * x1 + c3 * x3 + c5 * x5 + c7 * x7;
  const d1 = c3 * x1 - c7 * x3 - c1 * x5 - c5 * x7;
  const d2 = c5 * x1 - c1 * x3 + c7 * x5 + c3 * x7;
  const d3 = c7 * x1 - c5 * x3 + c3 * x5 - c1 * x7;
  b[at] = e0 + f0 + d0;
  b[at + step] = e1 + f1 + d1;
  b[at + 2 * step] = e1 - f1 + d2;
  b[at + 3 * step] = e0 - f0 + d3;
  b[at + 4 * step] = e0 - f0 - d3;
  b[at + 5 * step] = e1 - f1 - d2;
  b[at + 6 * step] = e1 + f1 - d1;
  b[at + 7 * step] = e0 + f0 - d0;
}
