import { stat } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { ModelRegistry } from '../../engine/models/registry.ts';
import type { TrainingChoices, TrainingDefaults } from '../../ipc/training.ts';
import { gentleRateShare, goals } from '../../training/goals.ts';
import { usualMemoryBytes } from '../../training/memory.ts';
import { type PresetName, planOf, type TrainingPlan } from '../../training/plan.ts';
import type { GoalName } from '../../training/runs/run-folder.ts';
import { weightsName } from '../../training/runs/weights-name.ts';
import type { Translate } from '../language.ts';

const gibibyte = 2 ** 30;
/** Long enough for a start from a bundled model to show, short enough for an evening. */
const usualMinutes = 60;

/** What the window proposes, by goal and by preset. */
export function trainingDefaults(t: Translate): TrainingDefaults {
  const goalNames = Object.keys(goals) as GoalName[];
  const shown = ['photomend', 'defects', 'article', 'autoencoder'] as const;
  return {
    byGoal: Object.fromEntries(
      goalNames.map((name) => [name, choicesForGoal(name, t(`training.name.${name}`))]),
    ) as TrainingDefaults['byGoal'],
    byPreset: Object.fromEntries(
      shown.map((name) => [name, choicesFor(planOf(name), null, 'random', t(`training.name.${name}`))]),
    ) as TrainingDefaults['byPreset'],
    cores: availableParallelism(),
    memoryGiB: totalmem() / gibibyte,
  };
}

function choicesForGoal(name: GoalName, title: string): TrainingChoices {
  const { preset, mix, startModel } = goals[name];
  const plan = planOf(preset, { mix, limit: { minutes: usualMinutes } });
  const learningRate = Number((plan.learningRate * gentleRateShare).toPrecision(3));
  return choicesFor({ ...plan, learningRate }, name, startModel, title);
}

function choicesFor(
  plan: TrainingPlan,
  goal: GoalName | null,
  startModel: string,
  name: string,
): TrainingChoices {
  const { spec, limit, adam, mix } = plan;
  return {
    name,
    goal,
    preset: plan.preset as TrainingChoices['preset'],
    startModel,
    baseChannels: spec.baseChannels,
    stages: spec.stages,
    batch: plan.batch,
    sizePx: plan.sizePx,
    limit:
      'minutes' in limit
        ? { kind: 'minutes', value: limit.minutes }
        : 'epochs' in limit
          ? { kind: 'epochs', value: limit.epochs }
          : { kind: 'steps', value: limit.steps },
    learningRate: plan.learningRate,
    warmupSteps: plan.warmupSteps,
    schedule: plan.schedule,
    loss: plan.loss,
    clipNorm: adam.clipNorm,
    weightDecay: adam.weightDecay,
    averageDecay: plan.averageDecay,
    seed: plan.seed,
    ...mix,
    provider: 'auto',
    effort: 'balanced',
    memoryGiB: Math.max(1, Math.floor(usualMemoryBytes() / gibibyte)),
    checkpointSeconds: 120,
    validateEverySteps: 100,
  };
}

/** The plan that a person's choices come to. */
export function planFrom(choices: TrainingChoices): TrainingPlan {
  const { kind, value } = choices.limit;
  const limit =
    kind === 'minutes' ? { minutes: value } : kind === 'epochs' ? { epochs: value } : { steps: value };
  const { blurShare, stainShare, lineShare } = choices;
  return planOf(choices.preset as PresetName, {
    ...choices,
    limit,
    mix: { blurShare, stainShare, lineShare },
  });
}

/** How hard the machine is worked, as a number of threads: gently leaves most of it to the person. */
export function threadsOf(effort: TrainingChoices['effort']): number {
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

/**
 * The file with the weights to start from; null starts from random ones.
 * @throws AppError `model/not-found`
 */
export async function startWeightsOf(model: string, registry: ModelRegistry): Promise<string | null> {
  if (model === 'random') return null;
  const { folder, modelPath } = await registry.get(model);
  const weights = join(folder, weightsName);
  return (await stat(weights).catch(() => undefined)) === undefined ? modelPath : weights;
}
