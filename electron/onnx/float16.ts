/** Converts float32 to IEEE 754 half precision bits, rounding to nearest even; too large becomes infinity. */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    const x = bits[i];
    const sign = (x >>> 16) & 0x8000;
    const exponent = (x >>> 23) & 0xff;
    let mantissa = x & 0x7fffff;
    if (exponent === 0xff) {
      halves[i] = sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200);
      continue;
    }
    const half = exponent - 112;
    if (half >= 31) {
      halves[i] = sign | 0x7c00;
    } else if (half <= 0) {
      if (half < -10) {
        halves[i] = sign;
        continue;
      }
      mantissa |= 0x800000;
      const shift = 14 - half;
      const rest = mantissa & ((1 << shift) - 1);
      const tie = 1 << (shift - 1);
      let rounded = mantissa >>> shift;
      if (rest > tie || (rest === tie && (rounded & 1) === 1)) rounded++;
      halves[i] = sign | rounded;
    } else {
      const rest = mantissa & 0x1fff;
      let rounded = (half << 10) | (mantissa >>> 13);
      // A carry out of the mantissa runs into the exponent, which is right: it is the next power of two.
      if (rest > 0x1000 || (rest === 0x1000 && (rounded & 1) === 1)) rounded++;
      halves[i] = sign | rounded;
    }
  }
  return halves;
}

/** Converts half precision bits to float32, exactly. */
export function fromFloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const sign = halves[i] & 0x8000 ? -1 : 1;
    const exponent = (halves[i] >>> 10) & 0x1f;
    const mantissa = halves[i] & 0x3ff;
    if (exponent === 31) values[i] = mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    else if (exponent === 0) values[i] = sign * mantissa * 2 ** -24;
    else values[i] = sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
  }
  return values;
}
