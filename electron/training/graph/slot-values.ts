import type { NetworkSpec } from '../network.ts';
import { type Slot, sizeOf, slotsOf } from '../slots.ts';
import { elements, type GraphBuilder, type Value } from './builder.ts';

/** WebGPU promises an operator eight buffers: so many parts and the whole. */
const mostParts = 7;

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
    let parts: readonly Value[] | undefined;
    members.forEach((member, index) => {
      cuts.set(member.name, () => {
        parts ??= cutInto(b, weight, members.map(sizeOf));
        return inShape(b, parts[index], member.shape);
      });
    });
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
    parts = inGroups(parts, mostParts).map((group) => {
      const size = total(group.map(({ shape }) => elements(shape)));
      return group.length === 1 ? group[0] : b.op('Concat', group, [size], { axis: 0 });
    });
  }
  return parts[0];
}

/** A vector in parts of such sizes. */
function cutInto(b: GraphBuilder, whole: Value, sizes: readonly number[]): readonly Value[] {
  if (sizes.length === 1) return [whole];
  let perGroup = 1;
  while (perGroup * mostParts < sizes.length) perGroup *= mostParts;
  const groups = inGroups(sizes, perGroup);
  return b.split(whole, 0, groups.map(total)).flatMap((part, i) => cutInto(b, part, groups[i]));
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

function inShape(b: GraphBuilder, value: Value, shape: readonly number[]): Value {
  return value.shape.join() === shape.join() ? value : b.reshape(value, shape);
}
