/** CIE 1976 L*a*b* of sRGB with the white point D65: L 0..100, a and b about -110..110. */
export type Lab = readonly [number, number, number];

/** White of D65 in CIE XYZ. */
const white = [0.950456, 1, 1.088754] as const;
const epsilon = 216 / 24389;
const kappa = 24389 / 27;

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function fromLinear(value: number): number {
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
}

function compress(value: number): number {
  return value > epsilon ? Math.cbrt(value) : (kappa * value + 16) / 116;
}

function expand(value: number): number {
  return value ** 3 > epsilon ? value ** 3 : (116 * value - 16) / kappa;
}

/** @param rgb 0..1 */
export function labFromRgb(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [toLinear(red), toLinear(green), toLinear(blue)];
  const x = compress((0.412453 * r + 0.35758 * g + 0.180423 * b) / white[0]);
  const y = compress((0.212671 * r + 0.71516 * g + 0.072169 * b) / white[1]);
  const z = compress((0.019334 * r + 0.119193 * g + 0.950227 * b) / white[2]);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** RGB limited to 0..1. */
export function rgbFromLab([lightness, a, b]: Lab): readonly [number, number, number] {
  const fy = (lightness + 16) / 116;
  const x = white[0] * expand(fy + a / 500);
  const y = white[1] * expand(fy);
  const z = white[2] * expand(fy - b / 200);
  const limited = (value: number) => Math.min(1, Math.max(0, fromLinear(value)));
  return [
    limited(3.240479 * x - 1.53715 * y - 0.498535 * z),
    limited(-0.969256 * x + 1.875991 * y + 0.041556 * z),
    limited(0.055648 * x - 0.204043 * y + 1.057311 * z),
  ];
}
