import type { OnnxNode } from '../../onnx/model.ts';

/** Operators whose result may take the place of an input of the same size that nobody needs any more. */
const inPlace = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Min',
  'Max',
  'Relu',
  'Tanh',
  'Sigmoid',
  'Sqrt',
  'Abs',
  'Sign',
  'Neg',
  'Softplus',
]);

/**
 * The most elements that intermediate results take at one time, if the nodes run in their order and every result is
 * given back after its last use. Inputs, constants and outputs of the whole graph are not counted.
 * @param sizes elements of every result
 */
export function mostElementsAlive(
  nodes: readonly Pick<OnnxNode, 'opType' | 'inputs' | 'outputs'>[],
  sizes: ReadonlyMap<string, number>,
  outputs: ReadonlySet<string>,
): number {
  // A reshaped tensor is the same memory under another name.
  const owner = new Map<string, string>();
  const ownerOf = (name: string) => owner.get(name) ?? name;
  const lastUse = new Map<string, number>();
  nodes.forEach(({ opType, inputs, outputs: made }, index) => {
    if (opType === 'Reshape') owner.set(made[0], ownerOf(inputs[0]));
    for (const name of inputs) lastUse.set(ownerOf(name), index);
  });
  const alive = new Map<string, number>();
  let now = 0;
  let most = 0;
  nodes.forEach(({ opType, inputs, outputs: made }, index) => {
    const over = new Set(
      inputs.map(ownerOf).filter((name) => lastUse.get(name) === index && alive.has(name)),
    );
    const made_ = made.filter((name) => ownerOf(name) === name && !outputs.has(name));
    let reused = 0;
    if (inPlace.has(opType)) {
      const size = sizes.get(made[0]) ?? 0;
      if ([...over].some((name) => alive.get(name) === size)) reused = size;
    }
    for (const name of made_) {
      const size = sizes.get(name) ?? 0;
      alive.set(name, size);
      now += size;
    }
    most = Math.max(most, now - reused);
    for (const name of over) {
      now -= alive.get(name) ?? 0;
      alive.delete(name);
    }
    // Results that nobody uses are given back at once.
    for (const name of made_) {
      if (lastUse.has(name)) continue;
      now -= alive.get(name) ?? 0;
      alive.delete(name);
    }
  });
  return most;
}
