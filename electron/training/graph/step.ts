import type { OnnxModel } from '../../onnx/model.ts';
import { forward, type NetworkSpec } from '../network.ts';
import { type Parameter, parametersOf } from '../parameters.ts';
import { type AdamConstants, adamUpdate, gradientNorm } from './adam.ts';
import { GraphBuilder, type Value } from './builder.ts';
import { type LossName, lossOf } from './losses.ts';
import { Tape } from './tape.ts';
import { type BatchStatistics, evaluationOps, trainingOps } from './walks.ts';

/** The fixed shape of a batch. */
export interface BatchShape {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  /** Channels of a block of the processor's own layout, where the graph may use it (see `channel-block.ts`). */
  readonly channelBlock?: number | undefined;
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

function weightInputs(b: GraphBuilder, spec: NetworkSpec) {
  const parameters = parametersOf(spec);
  const values = new Map(parameters.map(({ name, shape }) => [name, b.input(`weight/${name}`, shape)]));
  const lookup = (name: string): Value => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no parameter named ${name}`);
    return value;
  };
  return { parameters, lookup };
}

/**
 * One training step as a plain ONNX graph: forward, loss, gradients, Adam.
 *
 * Inputs: `input`, `target`, `pixelWeight` (see losses.ts); `weight/<name>`, and for trained tensors `first/<name>`,
 * `second/<name>` (Adam's moments) and, where averaging, `average/<name>`; the scalars `rate`, `epsilon`, `keep`
 * (see {@link adamRates}) and `averageRate` (how far the average moves towards the new weights).
 * Outputs: `loss` and `gradientNorm`, scalars, and `next/<input name>` for all that carries over.
 */
export function trainingStepModel(options: StepOptions): OnnxModel {
  return trainingStepGraph(options).model('training-step');
}

/** The graph of {@link trainingStepModel}, not yet a model. */
export function trainingStepGraph(options: StepOptions): GraphBuilder {
  const { spec } = options;
  const b = new GraphBuilder(options.channelBlock);
  const { input, target, pixelWeight } = dataInputs(b, spec, options);
  const { parameters, lookup } = weightInputs(b, spec);
  const trained = parameters.filter((parameter) => parameter.role === 'trained');
  const tape = new Tape(b);
  const statistics: BatchStatistics[] = [];
  const prediction = forward(spec, trainingOps(tape, lookup, statistics), input);
  const loss = lossOf(tape, b, options.loss, prediction, target, pixelWeight);
  const leaves = trained.map(({ name }) => lookup(name));
  const norm = outputUpdates(b, options, trained, leaves, tape.gradients(loss, leaves));
  outputStatistics(b, lookup, statistics);
  b.output('loss', loss);
  b.output('gradientNorm', norm);
  return b;
}

/** Adam on all trained tensors: their next values, moments and averages as outputs. Gives the gradients' norm. */
function outputUpdates(
  b: GraphBuilder,
  { adam, averaging }: Pick<StepOptions, 'adam' | 'averaging'>,
  trained: readonly Parameter[],
  weights: readonly Value[],
  gradients: readonly Value[],
): Value {
  const norm = gradientNorm(b, gradients);
  const rates = { rate: b.input('rate', []), epsilon: b.input('epsilon', []), keep: b.input('keep', []) };
  const slots = trained.map(({ name, shape }, index) => ({
    weight: weights[index],
    gradient: gradients[index],
    first: b.input(`first/${name}`, shape),
    second: b.input(`second/${name}`, shape),
  }));
  const results = adamUpdate(b, adam, slots, norm, rates);
  const averageRate = averaging ? b.input('averageRate', []) : undefined;
  trained.forEach(({ name, shape }, index) => {
    const { weight, first, second } = results[index];
    b.output(`${nextPrefix}weight/${name}`, weight);
    b.output(`${nextPrefix}first/${name}`, first);
    b.output(`${nextPrefix}second/${name}`, second);
    if (averageRate !== undefined) {
      const average = b.input(`average/${name}`, shape);
      const moved = b.add(average, b.mul(b.sub(weight, average), averageRate));
      b.output(`${nextPrefix}average/${name}`, moved);
    }
  });
  return norm;
}

/**
 * The end of a step whose batch was computed in parts: Adam with the sum of their gradients. Inputs and outputs as those
 * of the training step, with `sum/<name>` in the place of the data, and without loss and statistics.
 */
export function updateModel(options: Pick<StepOptions, 'spec' | 'adam' | 'averaging'>): OnnxModel {
  const b = new GraphBuilder();
  const trained = parametersOf(options.spec).filter((parameter) => parameter.role === 'trained');
  const weights = trained.map(({ name, shape }) => b.input(`weight/${name}`, shape));
  const sums = trained.map(({ name, shape }) => b.input(`sum/${name}`, shape));
  b.output('gradientNorm', outputUpdates(b, options, trained, weights, sums));
  return b.model('update');
}

/**
 * A part of a batch that is too large for the memory: its gradients are added to those of the parts before. Inputs as
 * those of the training step, without moments; `sum/<name>` in, `next/sum/<name>` and the statistics out, and `loss`.
 */
export function gradientSumModel(options: Pick<StepOptions, 'spec' | 'loss'> & BatchShape): OnnxModel {
  return gradientSumGraph(options).model('gradient-sum');
}

/** The graph of {@link gradientSumModel}, not yet a model. */
export function gradientSumGraph(options: Pick<StepOptions, 'spec' | 'loss'> & BatchShape): GraphBuilder {
  const b = new GraphBuilder(options.channelBlock);
  const { input, target, pixelWeight } = dataInputs(b, options.spec, options);
  const { parameters, lookup } = weightInputs(b, options.spec);
  const trained = parameters.filter((parameter) => parameter.role === 'trained');
  const tape = new Tape(b);
  const statistics: BatchStatistics[] = [];
  const prediction = forward(options.spec, trainingOps(tape, lookup, statistics), input);
  const loss = lossOf(tape, b, options.loss, prediction, target, pixelWeight);
  const gradients = tape.gradients(
    loss,
    trained.map(({ name }) => lookup(name)),
  );
  trained.forEach(({ name, shape }, i) => {
    b.output(`${nextPrefix}sum/${name}`, b.add(gradients[i], b.input(`sum/${name}`, shape)));
  });
  outputStatistics(b, lookup, statistics);
  b.output('loss', loss);
  return b;
}

function outputStatistics(
  b: GraphBuilder,
  lookup: (name: string) => Value,
  statistics: readonly BatchStatistics[],
): void {
  for (const { name, mean, variance, count } of statistics) {
    // PyTorch's momentum 0.1; the running variance is the unbiased one.
    outputRunning(b, lookup(`${name}.running_mean`), `${name}.running_mean`, mean, 0.1);
    outputRunning(
      b,
      lookup(`${name}.running_var`),
      `${name}.running_var`,
      variance,
      (0.1 * count) / (count - 1),
    );
  }
}

function outputRunning(b: GraphBuilder, old: Value, name: string, batch: Value, share: number): void {
  const moved = b.add(b.mul(old, b.scalar(0.9)), b.mul(b.reshape(batch, old.shape), b.scalar(share)));
  b.output(`${nextPrefix}weight/${name}`, moved);
}

/** The gradients alone, outputs `gradient/<name>` and `loss`: for tests and tools. */
export function gradientModel(spec: NetworkSpec, loss: LossName, shape: BatchShape): OnnxModel {
  const b = new GraphBuilder(shape.channelBlock);
  const { input, target, pixelWeight } = dataInputs(b, spec, shape);
  const { parameters, lookup } = weightInputs(b, spec);
  const trained = parameters.filter((parameter) => parameter.role === 'trained');
  const tape = new Tape(b);
  const prediction = forward(spec, trainingOps(tape, lookup, []), input);
  const lossValue = lossOf(tape, b, loss, prediction, target, pixelWeight);
  const gradients = tape.gradients(
    lossValue,
    trained.map(({ name }) => lookup(name)),
  );
  trained.forEach(({ name }, index) => {
    b.output(`gradient/${name}`, gradients[index]);
  });
  b.output('loss', lossValue);
  return b.model('gradients');
}

/** Forward pass with weights as inputs and running statistics: output `prediction`. For validation in training. */
export function evaluationModel(spec: NetworkSpec, shape: BatchShape): OnnxModel {
  const b = new GraphBuilder(shape.channelBlock);
  const input = b.input('input', [shape.batch, spec.inputChannels, shape.height, shape.width]);
  const { lookup } = weightInputs(b, spec);
  b.output('prediction', forward(spec, evaluationOps(b, lookup), input));
  return b.model('evaluation');
}
