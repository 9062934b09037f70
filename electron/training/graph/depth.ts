import type { GraphBuilder, Value } from './builder.ts';

/** [N, C, H, W] -> [N, 4C, H/2, W/2], the new channels in ONNX's order (row, column, channel). */
export function spaceToDepth(b: GraphBuilder, x: Value): Value {
  const [n, c, height, width] = x.shape;
  const shape = [n, 4 * c, height / 2, width / 2];
  // On the processor it takes less than half the time of the transposition that it is.
  if (!b.webgpu) return b.op('SpaceToDepth', [x], shape, { blocksize: 2 });
  const blocks = b.reshape(x, [n, c, height / 2, 2, width / 2, 2]);
  return b.reshape(b.transpose(blocks, [0, 3, 5, 1, 2, 4]), shape);
}

/** The inverse of {@link spaceToDepth}. */
export function depthToSpace(b: GraphBuilder, x: Value): Value {
  const [n, c, height, width] = x.shape;
  return b.op('DepthToSpace', [x], [n, c / 4, 2 * height, 2 * width], { blocksize: 2, mode: 'DCR' });
}
