import type { GraphBuilder, Value } from './builder.ts';
import type { Tape } from './tape.ts';

/**
 * What the optimizer lowers. All are sums over pixels of `pixelWeight` times a penalty of the difference d:
 * `mse` d^2 (the article's), `l1` |d|, `charbonnier` sqrt(d^2 + 1e-6) (Charbonnier et al., 1994),
 * `gradient` d^2 plus the squared differences of d to its right and lower neighbours (keeps edges),
 * `crossEntropy` the logistic loss of logits against 0/1 targets (damage maps).
 */
export type LossName = 'mse' | 'l1' | 'charbonnier' | 'gradient' | 'crossEntropy';

/**
 * The scalar loss. Shapes: prediction and target [N, C, H, W], pixelWeight [N, 1, H, W]. For a plain mean over all
 * elements, pixelWeight is 1 / (N C H W) everywhere.
 */
export function lossOf(
  tape: Tape,
  b: GraphBuilder,
  name: LossName,
  prediction: Value,
  target: Value,
  pixelWeight: Value,
): Value {
  const weighted = (penalty: Value, weight: Value) =>
    tape.apply('sum', [tape.apply('mul', [penalty, weight])]);
  if (name === 'crossEntropy') {
    // softplus(z) - z t is the logistic loss of logit z against target t, without overflow
    const penalty = tape.apply('sub', [
      tape.apply('softplus', [prediction]),
      tape.apply('mul', [prediction, target]),
    ]);
    return weighted(penalty, pixelWeight);
  }
  const difference = tape.apply('sub', [prediction, target]);
  switch (name) {
    case 'mse':
      return weighted(tape.apply('square', [difference]), pixelWeight);
    case 'l1':
      return weighted(tape.apply('abs', [difference]), pixelWeight);
    case 'charbonnier': {
      const shifted = tape.apply('add', [tape.apply('square', [difference]), b.scalar(1e-6)]);
      return weighted(tape.apply('sqrt', [shifted]), pixelWeight);
    }
    case 'gradient': {
      const terms = [2, 3].map((axis) => {
        const size = difference.shape[axis];
        const late = { axis, start: 1, end: size };
        const early = { axis, start: 0, end: size - 1 };
        const step = tape.apply('sub', [
          tape.apply('slice', [difference], late),
          tape.apply('slice', [difference], early),
        ]);
        return weighted(tape.apply('square', [step]), tape.apply('slice', [pixelWeight], late));
      });
      const plain = weighted(tape.apply('square', [difference]), pixelWeight);
      return terms.reduce((sum, term) => tape.apply('add', [sum, term]), plain);
    }
  }
}
