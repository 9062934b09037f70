import { availableParallelism, totalmem } from 'node:os';
import type { ProviderName } from '../engine/runtime/providers.ts';
import { initialWeights, parametersOf } from './parameters.ts';
import type { TrainingPlan } from './plan.ts';
import { initialState, Stepper } from './stepper.ts';
import { trainingSession } from './training-session.ts';

/** What a training costs on this computer, measured. */
export interface Speed {
  readonly stepMs: number;
  /** The process's largest extent with this network. */
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
      memoryBytes: 1024 * process.resourceUsage().maxRSS,
      provider,
    };
  } finally {
    await stepper.release();
  }
}

/** How hard the machine is worked, as a number of threads: gently leaves most of it to the person. */
export function threadsFor(effort: 'gentle' | 'balanced' | 'full'): number {
  const cores = availableParallelism();
  switch (effort) {
    case 'gentle':
      return Math.max(1, Math.floor(cores / 4));
    case 'balanced':
      return Math.max(1, Math.ceil(cores / 2));
    case 'full':
      return cores;
  }
}

/** The memory that trainings keep to unless the person says otherwise: half of this computer's. */
export function usualMemoryBytes(): number {
  return totalmem() / 2;
}
