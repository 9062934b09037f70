import { fourierTransform } from './fourier.ts';

/**
 * The type 2 discrete cosine transform (orthonormal) of rows whose length is a power of two or three times one, by one
 * complex FFT for each pair of rows (Makhoul 1980). A Gaussian blur with mirrored edges is a product in this basis.
 */
export interface CosineTransform {
  /** Transforms `rows` rows of a picture in place. */
  forward(data: Float32Array, start: number, rows: number): void;
  inverse(data: Float32Array, start: number, rows: number): void;
}

const transforms = new Map<number, CosineTransform>();

/** Shorter rows are padded to a power of two at no great cost. */
const shortestOfThree = 48;

/** The smallest length of at least `length` that there is a transform for. */
export function transformLength(length: number): number {
  const power = powerOfTwo(length);
  const three = (power / 4) * 3;
  return three >= Math.max(length, shortestOfThree) ? three : power;
}

/** The smallest power of two of at least `length`. */
export function powerOfTwo(length: number): number {
  let size = 1;
  while (size < length) size *= 2;
  return size;
}

/** The transform for a row length that `transformLength` gives; others are refused with a RangeError. */
export function cosineTransform(length: number): CosineTransform {
  const known = transforms.get(length);
  if (known !== undefined) return known;
  if (length < 1 || transformLength(length) !== length)
    throw new RangeError(`no transform of length ${length}`);
  const made = createTransform(length);
  transforms.set(length, made);
  return made;
}

function createTransform(n: number): CosineTransform {
  const { slots, run } = fourierTransform(n);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  // A quarter wave, scaled to an orthonormal transform; and what undoes it.
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / n);
    cos[k] = scale * Math.cos((Math.PI * k) / (2 * n));
    sin[k] = scale * Math.sin((Math.PI * k) / (2 * n));
  }
  // Makhoul's order: even samples upward, odd samples downward.
  const order = Int32Array.from({ length: n }, (_, i) => (i % 2 === 0 ? i >> 1 : n - 1 - (i >> 1)));
  const slotOf = order.map((place) => slots[place]);

  function forwardPair(data: Float32Array, first: number, second: number): void {
    for (let i = 0; i < n; i++) {
      re[slotOf[i]] = data[first + i];
      im[slotOf[i]] = data[second + i];
    }
    run(re, im);
    data[first] = cos[0] * re[0];
    data[second] = cos[0] * im[0];
    for (let k = 1, m = n - 1; k <= m; k++, m--) {
      // Spectra of the two real rows at k and, conjugate, at n - k: taken apart by their symmetry.
      const ar = 0.5 * (re[k] + re[m]);
      const ai = 0.5 * (im[k] - im[m]);
      const br = 0.5 * (im[k] + im[m]);
      const bi = 0.5 * (re[m] - re[k]);
      data[first + k] = cos[k] * ar + sin[k] * ai;
      data[second + k] = cos[k] * br + sin[k] * bi;
      data[first + m] = cos[m] * ar - sin[m] * ai;
      data[second + m] = cos[m] * br - sin[m] * bi;
    }
  }

  function inversePair(data: Float32Array, first: number, second: number): void {
    re[slots[0]] = cos[0] * data[first];
    im[slots[0]] = cos[0] * data[second];
    for (let k = 1, m = n - 1; k <= m; k++, m--) {
      const a = 0.5 * data[first + k];
      const b = 0.5 * data[second + k];
      const am = 0.5 * data[first + m];
      const bm = 0.5 * data[second + m];
      const ar = cos[k] * a + sin[k] * am;
      const ai = sin[k] * a - cos[k] * am;
      const br = cos[k] * b + sin[k] * bm;
      const bi = sin[k] * b - cos[k] * bm;
      re[slots[k]] = ar - bi;
      im[slots[k]] = ai + br;
      re[slots[m]] = ar + bi;
      im[slots[m]] = br - ai;
    }
    run(im, re);
    for (let i = 0; i < n; i++) {
      data[first + i] = re[order[i]];
      data[second + i] = im[order[i]];
    }
  }

  function pairs(
    pair: (data: Float32Array, first: number, second: number) => void,
    data: Float32Array,
    start: number,
    rows: number,
  ): void {
    for (let row = 0; row + 1 < rows; row += 2) pair(data, start + row * n, start + (row + 1) * n);
    if (rows % 2 === 1) {
      const lone = new Float32Array(2 * n);
      const at = start + (rows - 1) * n;
      lone.set(data.subarray(at, at + n));
      pair(lone, 0, n);
      data.set(lone.subarray(0, n), at);
    }
  }

  return {
    forward: (data, start, rows) => pairs(forwardPair, data, start, rows),
    inverse: (data, start, rows) => pairs(inversePair, data, start, rows),
  };
}
