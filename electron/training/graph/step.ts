import type { OnnxModel } from '../../onnx/model.ts';
import { forward, type NetworkSpec } from '../network.ts';
import { type Slot, sizeOf, slotsOf } from '../slots.ts';
import { type AdamConstants, adamUpdate, gradientNorm } from './adam.ts';
import { GraphBuilder, type Value } from './builder.ts';
import { type LossName, lossOf } from './losses.ts';
import { joinMembers, type WeightSlot, weightInputs } from './slot-values.ts';
import { Tape } from './tape.ts';
import type { GraphTarget } from './target.ts';
import { type BatchStatistics, evaluationOps, trainingOps } from './walks.ts';

/** The fixed shape of a batch, and what its graph is written for. */
export interface BatchShape extends GraphTarget {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/** What a training step is made of. */
export interface StepOptions extends BatchShape {
  readonly spec: NetworkSpec;
  readonly loss: LossName;
  readonly adam: AdamConstants;
  /** Also keep an exponential average of the weights (inputs and outputs `average/...`). */
  readonly averaging: boolean;
}

/** Prefix of an output that replaces the input of the same name in the next step. */
export const nextPrefix = 'next/';

function dataInputs(b: GraphBuilder, spec: NetworkSpec, shape: BatchShape) {
  const { batch, height, width } = shape;
  return {
    input: b.input('input', [batch, spec.inputChannels, height, width]),
    target: b.input('target', [batch, spec.outputChannels, height, width]),
    pixelWeight: b.input('pixelWeight', [batch, 1, height, width]),
  };
}

/**
 * One training step as a plain ONNX graph: forward, loss, gradients, Adam.
 *
 * Inputs: `input`, `target`, `pixelWeight` (see losses.ts); `weight/<slot>`, and for trained slots `first/<slot>`,
 * `second/<slot>` (Adam's moments) and, where averaging, `average/<slot>`; the vector `rates` of four: rate, epsilon, keep
 * (see {@link adamRates}) and how far the average moves towards the new weights.
 * Outputs: `loss` and `gradientNorm`, scalars, and `next/<input name>` for all that carries over.
 */
export function trainingStepModel(options: StepOptions): OnnxModel {
  return trainingStepGraph(options).model('training-step');
}

/** The graph of {@link trainingStepModel}, not yet a model. */
export function trainingStepGraph(options: StepOptions): GraphBuilder {
  const { spec } = options;
  const b = new GraphBuilder(options);
  const weights = weightInputs(b, spec, options.webgpu === true);
  const { loss, gradients, statistics } = lossAndGradients(b, options, weights);
  const norm = outputUpdates(b, options, weights.slots.filter(isTrained), gradients);
  outputStatistics(b, weights.slots, statistics);
  b.output('loss', loss);
  b.output('gradientNorm', norm);
  return b;
}

type Weighted = ReturnType<typeof weightInputs>;

const isTrained = ({ role }: Slot) => role === 'trained';

/** Forward and backward: the loss, its gradients for the trained slots in their order, and what batch norm met. */
function lossAndGradients(
  b: GraphBuilder,
  options: Pick<StepOptions, 'spec' | 'loss'> & BatchShape,
  { slots, lookup }: Weighted,
) {
  const { input, target, pixelWeight } = dataInputs(b, options.spec, options);
  const tape = new Tape(b);
  const statistics: BatchStatistics[] = [];
  const prediction = forward(options.spec, trainingOps(tape, lookup, statistics), input);
  const loss = lossOf(tape, b, options.loss, prediction, target, pixelWeight);
  const trained = slots.filter(isTrained);
  const leaves = trained.flatMap(({ members }) => members.map(({ name }) => lookup(name)));
  const found = tape.gradients(loss, leaves);
  const gradients = trained.map((slot) => joinMembers(b, slot, found.splice(0, slot.members.length)));
  return { loss, gradients, statistics };
}

/** Adam on all trained slots: their next values, moments and averages as outputs. Gives the gradients' norm. */
function outputUpdates(
  b: GraphBuilder,
  { adam, averaging }: Pick<StepOptions, 'adam' | 'averaging'>,
  trained: readonly WeightSlot[],
  gradients: readonly Value[],
): Value {
  const norm = gradientNorm(b, gradients);
  const [rate, epsilon, keep, averageRate] = b.split(b.input('rates', [4]), 0, [1, 1, 1, 1]);
  const slots = trained.map(({ name, shape, weight }, index) => ({
    weight,
    gradient: gradients[index],
    first: b.input(`first/${name}`, shape),
    second: b.input(`second/${name}`, shape),
  }));
  const results = adamUpdate(b, adam, slots, norm, { rate, epsilon, keep });
  trained.forEach(({ name, shape }, index) => {
    const { weight, first, second } = results[index];
    b.output(`${nextPrefix}weight/${name}`, weight);
    b.output(`${nextPrefix}first/${name}`, first);
    b.output(`${nextPrefix}second/${name}`, second);
    if (averaging) {
      const average = b.input(`average/${name}`, shape);
      const moved = b.add(average, b.mul(b.sub(weight, average), averageRate));
      b.output(`${nextPrefix}average/${name}`, moved);
    }
  });
  return norm;
}

/**
 * The end of a step whose batch was computed in parts: Adam with the sum of their gradients. Inputs and outputs as those
 * of the training step, with `sum/<slot>` in the place of the data, and without loss and statistics.
 */
export function updateModel(options: Pick<StepOptions, 'spec' | 'adam' | 'averaging' | 'webgpu'>): OnnxModel {
  const b = new GraphBuilder(options);
  const trained = slotsOf(options.spec, options.webgpu === true)
    .filter(isTrained)
    .map((slot) => ({ ...slot, weight: b.input(`weight/${slot.name}`, slot.shape) }));
  const sums = trained.map(({ name, shape }) => b.input(`sum/${name}`, shape));
  b.output('gradientNorm', outputUpdates(b, options, trained, sums));
  return b.model('update');
}

/**
 * A part of a batch that is too large for the memory: its gradients are added to those of the parts before. Inputs as
 * those of the training step, without moments; `sum/<slot>` in, `next/sum/<slot>` and the statistics out, and `loss`.
 */
export function gradientSumModel(options: Pick<StepOptions, 'spec' | 'loss'> & BatchShape): OnnxModel {
  return gradientSumGraph(options).model('gradient-sum');
}

/** The graph of {@link gradientSumModel}, not yet a model. */
export function gradientSumGraph(options: Pick<StepOptions, 'spec' | 'loss'> & BatchShape): GraphBuilder {
  const b = new GraphBuilder(options);
  const weights = weightInputs(b, options.spec, options.webgpu === true);
  const { loss, gradients, statistics } = lossAndGradients(b, options, weights);
  weights.slots.filter(isTrained).forEach(({ name, shape }, i) => {
    b.output(`${nextPrefix}sum/${name}`, b.add(gradients[i], b.input(`sum/${name}`, shape)));
  });
  outputStatistics(b, weights.slots, statistics);
  b.output('loss', loss);
  return b;
}

/** Moves the running statistics towards the batch's: PyTorch's momentum of 0.1, the running variance unbiased. */
function outputStatistics(
  b: GraphBuilder,
  slots: readonly WeightSlot[],
  statistics: readonly BatchStatistics[],
): void {
  const met = new Map(
    statistics.flatMap(({ name, mean, variance, count }) => [
      [`${name}.running_mean`, { value: mean, share: 0.1 }],
      [`${name}.running_var`, { value: variance, share: (0.1 * count) / (count - 1) }],
    ]),
  );
  for (const slot of slots) {
    const parts = slot.members.flatMap((member) => {
      const part = met.get(member.name);
      return part === undefined ? [] : [{ ...part, size: sizeOf(member) }];
    });
    if (parts.length === 0) continue;
    const batch = joinMembers(
      b,
      slot,
      parts.map(({ value }) => value),
    );
    const shares =
      parts.length === 1
        ? b.scalar(parts[0].share)
        : b.constant(
            `shares:${slot.name}`,
            slot.shape,
            Float32Array.from(parts.flatMap(({ share, size }) => new Array<number>(size).fill(share))),
          );
    const moved = b.add(b.mul(slot.weight, b.scalar(0.9)), b.mul(batch, shares));
    b.output(`${nextPrefix}weight/${slot.name}`, moved);
  }
}

/** The gradients alone, outputs `gradient/<name>` and `loss`: for tests and tools. */
export function gradientModel(spec: NetworkSpec, loss: LossName, shape: BatchShape): OnnxModel {
  const b = new GraphBuilder(shape);
  const weights = weightInputs(b, spec, shape.webgpu === true);
  const { loss: value, gradients } = lossAndGradients(b, { spec, loss, ...shape }, weights);
  weights.slots.filter(isTrained).forEach(({ name }, index) => {
    b.output(`gradient/${name}`, gradients[index]);
  });
  b.output('loss', value);
  return b.model('gradients');
}

/** Forward pass with weights as inputs and running statistics: output `prediction`. For validation in training. */
export function evaluationModel(spec: NetworkSpec, shape: BatchShape): OnnxModel {
  const b = new GraphBuilder(shape);
  const input = b.input('input', [shape.batch, spec.inputChannels, shape.height, shape.width]);
  const { lookup } = weightInputs(b, spec, shape.webgpu === true);
  b.output('prediction', forward(spec, evaluationOps(b, lookup), input));
  return b.model('evaluation');
}
