/**
 * The type 2 discrete cosine transform (orthonormal) of rows whose length is a power of two, by one complex
 * FFT for each pair of rows (Makhoul 1980). A Gaussian blur with mirrored edges is a product in this basis.
 */
export interface CosineTransform {
  /** Transforms `rows` rows of a picture in place. */
  forward(data: Float32Array, start: number, rows: number): void;
  inverse(data: Float32Array, start: number, rows: number): void;
}

const transforms = new Map<number, CosineTransform>();

/** The transform for a row length; lengths that are not a power of two are refused with a RangeError. */
export function cosineTransform(length: number): CosineTransform {
  const known = transforms.get(length);
  if (known !== undefined) return known;
  if (length < 1 || (length & (length - 1)) !== 0) throw new RangeError('not a power of two');
  const made = createTransform(length);
  transforms.set(length, made);
  return made;
}

function createTransform(n: number): CosineTransform {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  const cos = new Float64Array(n);
  const sin = new Float64Array(n);
  const quarterCos = new Float64Array(n);
  const quarterSin = new Float64Array(n);
  const scale = new Float64Array(n).fill(Math.sqrt(2 / n));
  scale[0] = Math.sqrt(1 / n);
  for (let k = 0; k < n; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / n);
    sin[k] = Math.sin((2 * Math.PI * k) / n);
    quarterCos[k] = Math.cos((Math.PI * k) / (2 * n));
    quarterSin[k] = Math.sin((Math.PI * k) / (2 * n));
  }
  const reversed = bitReversal(n);
  // Makhoul's order: even samples upward, odd samples downward; here already bit-reversed for the FFT.
  const slot = new Int32Array(n);
  for (let i = 0; i < n; i++) slot[i] = reversed[i % 2 === 0 ? i >> 1 : n - 1 - (i >> 1)];

  /** FFT in place of bit-reversed re + i im; `direction` -1 forward, 1 inverse (not normalised). */
  function fft(direction: number): void {
    for (let half = 1; half < n; half *= 2) {
      const step = n / (2 * half);
      for (let k = 0; k < half; k++) {
        const c = cos[k * step];
        const s = direction * sin[k * step];
        for (let a = k; a < n; a += 2 * half) {
          const b = a + half;
          const tr = re[b] * c - im[b] * s;
          const ti = re[b] * s + im[b] * c;
          re[b] = re[a] - tr;
          im[b] = im[a] - ti;
          re[a] += tr;
          im[a] += ti;
        }
      }
    }
  }

  function forwardPair(data: Float32Array, first: number, second: number): void {
    for (let i = 0; i < n; i++) {
      re[slot[i]] = data[first + i];
      im[slot[i]] = data[second + i];
    }
    fft(-1);
    for (let k = 0; k < n; k++) {
      const m = k === 0 ? 0 : n - k;
      // Spectra of the two real rows, taken apart by their symmetry.
      const ar = re[k] + re[m];
      const ai = im[k] - im[m];
      const br = im[k] + im[m];
      const bi = re[m] - re[k];
      const half = 0.5 * scale[k];
      data[first + k] = half * (quarterCos[k] * ar + quarterSin[k] * ai);
      data[second + k] = half * (quarterCos[k] * br + quarterSin[k] * bi);
    }
  }

  function inversePair(data: Float32Array, first: number, second: number): void {
    for (let k = 0; k < n; k++) {
      const m = n - k;
      const a = data[first + k] / (scale[k] * n);
      const b = data[second + k] / (scale[k] * n);
      const am = k === 0 ? 0 : data[first + m] / (scale[m] * n);
      const bm = k === 0 ? 0 : data[second + m] / (scale[m] * n);
      const ar = quarterCos[k] * a + quarterSin[k] * am;
      const ai = quarterSin[k] * a - quarterCos[k] * am;
      const br = quarterCos[k] * b + quarterSin[k] * bm;
      const bi = quarterSin[k] * b - quarterCos[k] * bm;
      re[reversed[k]] = ar - bi;
      im[reversed[k]] = ai + br;
    }
    fft(1);
    for (let i = 0; i < n; i++) {
      const from = i % 2 === 0 ? i >> 1 : n - 1 - (i >> 1);
      data[first + i] = re[from];
      data[second + i] = im[from];
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

function bitReversal(n: number): Int32Array {
  const table = new Int32Array(n);
  for (let i = 1; i < n; i++) table[i] = (table[i >> 1] >> 1) | (i % 2 === 1 ? n >> 1 : 0);
  return table;
}
