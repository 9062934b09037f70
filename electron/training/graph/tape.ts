import type { GraphBuilder, Value } from './builder.ts';
import { applyOperator, type Call, differentiate, type OperatorName } from './operators.ts';

/** Records operator calls on a graph and writes their gradients behind them (reverse-mode differentiation). */
export class Tape {
  readonly #builder: GraphBuilder;
  readonly #calls: Call[] = [];

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  /** Calls an operator of the table. */
  apply(
    operator: OperatorName,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, number>> = {},
  ): Value {
    return this.record(operator, inputs, attributes).output;
  }

  /** Calls an operator and gives the whole record, with what it saved. */
  record(
    operator: OperatorName,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, number>> = {},
  ): Call {
    const call = applyOperator(this.#builder, operator, inputs, attributes);
    this.#calls.push(call);
    return call;
  }

  /**
   * Gradients of the scalar `loss` for each of `leaves`, in their order.
   * @throws where a leaf has no path to the loss.
   */
  gradients(loss: Value, leaves: readonly Value[]): Value[] {
    const active = new Set(leaves.map((leaf) => leaf.name));
    for (const call of this.#calls) {
      if (call.inputs.some((input) => active.has(input.name))) active.add(call.output.name);
    }
    const pending = new Map<string, Value[]>([[loss.name, [this.#builder.scalar(1)]]]);
    for (const call of this.#calls.toReversed()) {
      const grads = pending.get(call.output.name);
      if (grads === undefined) continue;
      const wanted = call.inputs.map((input) => active.has(input.name));
      if (!wanted.includes(true)) continue;
      const inputGrads = differentiate(this.#builder, call, this.#total(grads), wanted);
      call.inputs.forEach((input, index) => {
        const grad = inputGrads[index];
        if (!wanted[index] || grad === undefined) return;
        const list = pending.get(input.name);
        if (list === undefined) pending.set(input.name, [grad]);
        else list.push(grad);
      });
    }
    return leaves.map((leaf) => {
      const grads = pending.get(leaf.name);
      if (grads === undefined) throw new Error(`${leaf.name} does not reach the loss`);
      return this.#total(grads);
    });
  }

  #total(grads: readonly Value[]): Value {
    return grads.reduce((sum, grad) => this.#builder.add(sum, grad));
  }
}
