import type { ProviderName } from '../engine/runtime/providers.ts';
import { initialWeights, parametersOf } from './parameters.ts';
import type { TrainingPlan } from './plan.ts';
import { initialState, Stepper } from './stepper.ts';
import { trainingSession } from './training-session.ts';

/** What a training costs on this computer, measured. */
export interface Speed {
  readonly stepMs: number;
  /** The process's extent with this network. */
  readonly memoryBytes: number;
  readonly provider: ProviderName;
}

const warmUps = 1;
const timed = 2;

/** Runs some steps of a plan on made-up data and takes their time. `parts` as in the stepper. */
export async function measureSpeed(
  plan: TrainingPlan,
  provider: ProviderName,
  threads: number | undefined,
  parts: number,
): Promise<Speed> {
  const { spec, loss, adam, batch, sizePx } = plan;
  const parameters = parametersOf(spec);
  const averaging = plan.averageDecay > 0;
  const stepper = await Stepper.create(
    {
      spec,
      loss,
      adam,
      averaging,
      session: trainingSession(provider, threads),
      parts,
      batch,
      height: sizePx,
      width: sizePx,
    },
    initialState(parameters, initialWeights(parameters, plan.seed), averaging),
  );
  try {
    const pixels = batch * sizePx * sizePx;
    const data = {
      input: new Float32Array(pixels * spec.inputChannels).map((_, i) => Math.sin(i) / 2),
      target: new Float32Array(pixels * spec.outputChannels),
      pixelWeight: new Float32Array(pixels).fill(1 / (pixels * spec.outputChannels)),
    };
    for (let i = 0; i < warmUps; i++) await stepper.run(data, 1e-6, 0);
    const before = performance.now();
    for (let i = 0; i < timed; i++) await stepper.run(data, 1e-6, 0);
    return {
      stepMs: (performance.now() - before) / timed,
      // The arena keeps what the largest step took.
      memoryBytes: process.memoryUsage().rss,
      provider,
    };
  } finally {
    await stepper.release();
  }
}
