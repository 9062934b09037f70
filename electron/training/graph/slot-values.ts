import type { NetworkSpec } from '../network.ts';
import { type Slot, sizeOf, slotsOf } from '../slots.ts';
import { elements, type GraphBuilder, type Value } from './builder.ts';

/** WebGPU promises an operator eight buffers: so many inputs and an output. */
const mostJoined = 7;

/** A slot whose weights are an input of a graph. */
export interface WeightSlot extends Slot {
  readonly weight: Value;
}

/** Weights as inputs `weight/<slot>`; `lookup` gives a parameter in its own shape. */
export function weightInputs(
  b: GraphBuilder,
  spec: NetworkSpec,
  joined: boolean,
): { readonly slots: readonly WeightSlot[]; readonly lookup: (name: string) => Value } {
  const slots = slotsOf(spec, joined).map((slot) => ({
    ...slot,
    weight: b.input(`weight/${slot.name}`, slot.shape),
  }));
  const cuts = new Map<string, () => Value>();
  for (const { weight, members } of slots) {
    let offset = 0;
    for (const member of members) {
      const start = offset;
      offset += sizeOf(member);
      const end = offset;
      cuts.set(member.name, () => inShape(b, cut(b, weight, start, end, members.length), member.shape));
    }
  }
  const lookup = (name: string): Value => {
    const make = cuts.get(name);
    if (make === undefined) throw new Error(`no parameter named ${name}`);
    return b.once(`parameter:${name}`, make);
  };
  return { slots, lookup };
}

/** What was computed for each member of a slot, as one value of the slot's shape. */
export function joinMembers(b: GraphBuilder, slot: Slot, values: readonly Value[]): Value {
  if (values.length === 1) return inShape(b, values[0], slot.shape);
  let parts = values.map((value) => inShape(b, value, [elements(value.shape)]));
  while (parts.length > 1) {
    const groups = Array.from({ length: Math.ceil(parts.length / mostJoined) }, (_, i) =>
      parts.slice(i * mostJoined, (i + 1) * mostJoined),
    );
    parts = groups.map((group) => {
      const size = group.reduce((sum, { shape }) => sum + shape[0], 0);
      return group.length === 1 ? group[0] : b.op('Concat', group, [size], { axis: 0 });
    });
  }
  return parts[0];
}

function cut(b: GraphBuilder, whole: Value, start: number, end: number, members: number): Value {
  return members === 1 ? whole : b.slice(whole, 0, start, end);
}

function inShape(b: GraphBuilder, value: Value, shape: readonly number[]): Value {
  return value.shape.join() === shape.join() ? value : b.reshape(value, shape);
}
