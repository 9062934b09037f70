/** A complex Fourier transform of one length, for real and imaginary parts in arrays of their own. */
export interface FourierTransform {
  /** Where sample i of the input has to lie before `run`. */
  readonly slots: Int32Array;
  /**
   * Transforms re + i im, ordered by `slots`, in place to ascending frequencies; forward (exp(-2 pi i ...)), not
   * normalised. With the two arrays exchanged it is the inverse.
   */
  run(re: Float64Array, im: Float64Array): void;
}

type Radix = 2 | 3 | 4;

/**
 * The transform of a length 2^a or 3 * 2^a, by decimation in time: first the odd factor or two, then fours, which
 * need fewer multiplications and passes than twos.
 */
export function fourierTransform(length: number): FourierTransform {
  const radices = factors(length);
  const cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
  const sin = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
  const passes = { 2: pass2, 3: pass3, 4: pass4 } as const;
  return {
    slots: digitReversal(radices),
    run: (re, im) => {
      let done = 1;
      for (const radix of radices) {
        passes[radix](re, im, cos, sin, done);
        done *= radix;
      }
    },
  };
}

/** @throws RangeError for a length that has other factors */
function factors(length: number): Radix[] {
  const found: Radix[] = [];
  let rest = length;
  while (rest > 1 && rest % 4 === 0) {
    found.unshift(4);
    rest /= 4;
  }
  if (rest === 6) found.unshift(3, 2);
  else if (rest === 2 || rest === 3) found.unshift(rest);
  else if (rest !== 1) throw new RangeError(`no Fourier transform of length ${length}`);
  return found;
}

/** Sample i lies where its digits, read backwards, say: the last pass joins the samples that are equal modulo its radix. */
function digitReversal(radices: readonly Radix[]): Int32Array {
  const length = radices.reduce((product: number, radix) => product * radix, 1);
  const slots = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    let rest = i;
    let stride = length;
    for (let pass = radices.length - 1; pass >= 0; pass--) {
      stride /= radices[pass];
      slots[i] += (rest % radices[pass]) * stride;
      rest = Math.floor(rest / radices[pass]);
    }
  }
  return slots;
}

/** Joins pairs of transforms of length `part` to transforms of twice that. So do the others with three and four. */
function pass2(re: Float64Array, im: Float64Array, cos: Float64Array, sin: Float64Array, part: number): void {
  const length = re.length;
  const step = length / (2 * part);
  for (let k = 0; k < part; k++) {
    const c = cos[k * step];
    const s = sin[k * step];
    for (let a = k; a < length; a += 2 * part) {
      const b = a + part;
      const br = re[b] * c - im[b] * s;
      const bi = re[b] * s + im[b] * c;
      re[b] = re[a] - br;
      im[b] = im[a] - bi;
      re[a] += br;
      im[a] += bi;
    }
  }
}

function pass3(re: Float64Array, im: Float64Array, cos: Float64Array, sin: Float64Array, part: number): void {
  const length = re.length;
  const step = length / (3 * part);
  const half = Math.sqrt(0.75);
  for (let k = 0; k < part; k++) {
    const c1 = cos[k * step];
    const s1 = sin[k * step];
    const c2 = cos[2 * k * step];
    const s2 = sin[2 * k * step];
    for (let a = k; a < length; a += 3 * part) {
      const b = a + part;
      const c = b + part;
      const br = re[b] * c1 - im[b] * s1;
      const bi = re[b] * s1 + im[b] * c1;
      const cr = re[c] * c2 - im[c] * s2;
      const ci = re[c] * s2 + im[c] * c2;
      const sumR = br + cr;
      const sumI = bi + ci;
      const sideR = half * (br - cr);
      const sideI = half * (bi - ci);
      const middleR = re[a] - 0.5 * sumR;
      const middleI = im[a] - 0.5 * sumI;
      re[a] += sumR;
      im[a] += sumI;
      re[b] = middleR + sideI;
      im[b] = middleI - sideR;
      re[c] = middleR - sideI;
      im[c] = middleI + sideR;
    }
  }
}

function pass4(re: Float64Array, im: Float64Array, cos: Float64Array, sin: Float64Array, part: number): void {
  const length = re.length;
  const step = length / (4 * part);
  for (let k = 0; k < part; k++) {
    const c1 = cos[k * step];
    const s1 = sin[k * step];
    const c2 = cos[2 * k * step];
    const s2 = sin[2 * k * step];
    const c3 = cos[3 * k * step];
    const s3 = sin[3 * k * step];
    for (let a = k; a < length; a += 4 * part) {
      const b = a + part;
      const c = b + part;
      const d = c + part;
      const br = re[b] * c1 - im[b] * s1;
      const bi = re[b] * s1 + im[b] * c1;
      const cr = re[c] * c2 - im[c] * s2;
      const ci = re[c] * s2 + im[c] * c2;
      const dr = re[d] * c3 - im[d] * s3;
      const di = re[d] * s3 + im[d] * c3;
      const evenR = re[a] + cr;
      const evenI = im[a] + ci;
      const evenSideR = re[a] - cr;
      const evenSideI = im[a] - ci;
      const oddR = br + dr;
      const oddI = bi + di;
      const oddSideR = br - dr;
      const oddSideI = bi - di;
      re[a] = evenR + oddR;
      im[a] = evenI + oddI;
      re[b] = evenSideR + oddSideI;
      im[b] = evenSideI - oddSideR;
      re[c] = evenR - oddR;
      im[c] = evenI - oddI;
      re[d] = evenSideR - oddSideI;
      im[d] = evenSideI + oddSideR;
    }
  }
}
