import type { OnnxValue } from '../../onnx/model.ts';

/** Pixels between the places at which YuNet looks for faces, one set of outputs for each. */
export const yunetStrides = [8, 16, 32] as const;
const parts = ['cls', 'obj', 'bbox', 'kps'] as const;

/** The twelve outputs of the face detector YuNet (2023), `cls_8` to `kps_32`. */
export const yunetOutputs: readonly string[] = parts.flatMap((part) =>
  yunetStrides.map((stride) => `${part}_${stride}`),
);

export function isYunet(outputs: readonly OnnxValue[]): boolean {
  const names = new Set(outputs.map(({ name }) => name));
  return yunetOutputs.every((name) => names.has(name));
}
