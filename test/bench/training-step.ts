import * as ort from 'onnxruntime-node';
import { createRandom } from '../../electron/engine/pixels/random.ts';
import type { ProviderName } from '../../electron/engine/runtime/providers.ts';
import { encodeModel } from '../../electron/onnx/encode.ts';
import { ForwardPass, weightFeeds } from '../../electron/training/forward-pass.ts';
import { adamDefaults } from '../../electron/training/graph/adam.ts';
import { gradientModel } from '../../electron/training/graph/step.ts';
import { graphTarget } from '../../electron/training/graph-target.ts';
import type { NetworkSpec } from '../../electron/training/network.ts';
import { initialWeights, parametersOf } from '../../electron/training/parameters.ts';
import { planOf } from '../../electron/training/plan.ts';
import { initialState, Stepper } from '../../electron/training/stepper.ts';
import { trainingSession } from '../../electron/training/training-session.ts';

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

/** Milliseconds of a training step, of forward + backward alone, and of a forward pass, taken in turns; medians. */
export async function timeTrainingStep(
  spec: NetworkSpec,
  batch: number,
  sizePx: number,
  repeats: number,
  provider: ProviderName = 'cpu',
): Promise<{ stepMs: number; gradientMs: number; forwardMs: number }> {
  const random = createRandom(1);
  const fill = (count: number) => Float32Array.from({ length: count }, () => random.uniform(-1, 1));
  const parameters = parametersOf(spec);
  const weights = initialWeights(parameters, 1);
  const session = provider === 'cpu' ? { executionProviders: ['cpu'] } : trainingSession(provider, undefined);
  const shape = { batch, height: sizePx, width: sizePx, ...(await graphTarget(session)) };
  const stepper = await Stepper.create(
    { spec, loss: 'mse', adam: adamDefaults, averaging: false, session, ...shape },
    initialState(parameters, weights, false),
  );
  const pixels = sizePx * sizePx;
  const data = {
    input: fill(batch * spec.inputChannels * pixels),
    target: fill(batch * spec.outputChannels * pixels),
    pixelWeight: new Float32Array(batch * pixels).fill(1 / (batch * pixels * spec.outputChannels)),
  };
  const forward = await ForwardPass.create(spec, shape, session);
  const forwardFeeds = forward.feedsOf(weights);
  const gradients = await ort.InferenceSession.create(
    encodeModel(gradientModel(spec, 'mse', shape)),
    session,
  );
  const gradientFeeds = {
    ...weightFeeds(spec, weights, shape.webgpu),
    input: new ort.Tensor('float32', data.input, [batch, spec.inputChannels, sizePx, sizePx]),
    target: new ort.Tensor('float32', data.target, [batch, spec.outputChannels, sizePx, sizePx]),
    pixelWeight: new ort.Tensor('float32', data.pixelWeight, [batch, 1, sizePx, sizePx]),
  };
  const steps: number[] = [];
  const forwards: number[] = [];
  const backwards: number[] = [];
  for (let i = -2; i < repeats; i++) {
    const start = performance.now();
    await stepper.run(data, 1e-4, 0);
    const middle = performance.now();
    await forward.run(forwardFeeds, data.input);
    const end = performance.now();
    await gradients.run(gradientFeeds);
    const last = performance.now();
    if (i < 0) continue;
    backwards.push(last - end);
    steps.push(middle - start);
    forwards.push(end - middle);
  }
  await stepper.release();
  await forward.release();
  await gradients.release();
  return { stepMs: median(steps), gradientMs: median(backwards), forwardMs: median(forwards) };
}

/** The article's network at a base width. */
export function articleSpec(baseChannels: number): NetworkSpec {
  return planOf('article', { baseChannels }).spec;
}
