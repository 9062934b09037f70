import type { NetworkSpec } from './network.ts';
import { type Parameter, type ParameterRole, parametersOf, tensorOf, type Weights } from './parameters.ts';

/** One tensor of a training's state: a parameter, or all parameters of a role end to end. */
export interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly role: ParameterRole;
  readonly members: readonly Parameter[];
}

/**
 * The tensors that hold a network's parameters. On the processor each has its own. On a GPU every tensor costs a call of
 * each operator that it goes through, so there they are joined: one vector for each role.
 */
export function slotsOf(spec: NetworkSpec, joined: boolean): Slot[] {
  const parameters = parametersOf(spec);
  if (!joined) {
    return parameters.map((member) => {
      const { name, shape, role } = member;
      return { name, shape, role, members: [member] };
    });
  }
  const roles = ['trained', 'statistic', 'cancelled'] as const;
  return roles.flatMap((role) => {
    const members = parameters.filter((parameter) => parameter.role === role);
    const size = members.reduce((sum, member) => sum + sizeOf(member), 0);
    return size === 0 ? [] : [{ name: role, shape: [size], role, members }];
  });
}

/** Number of elements. */
export function sizeOf({ shape }: { readonly shape: readonly number[] }): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/**
 * The data of a slot, a copy.
 * @throws AppError `train/missing-tensor`
 */
export function pack(slot: Slot, weights: Weights): Float32Array {
  const data = new Float32Array(sizeOf(slot));
  let offset = 0;
  for (const { name } of slot.members) {
    const part = tensorOf(weights, name);
    data.set(part, offset);
    offset += part.length;
  }
  return data;
}

/** The members of a slot by name, each in memory of its own: `data` itself where there is but one. */
export function unpack(slot: Slot, data: Float32Array): [string, Float32Array][] {
  if (slot.members.length === 1) return [[slot.members[0].name, data]];
  let offset = 0;
  return slot.members.map((member) => {
    const part = data.slice(offset, offset + sizeOf(member));
    offset += part.length;
    return [member.name, part];
  });
}
