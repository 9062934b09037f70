import { z } from 'zod';
import { type DamageMix, usualMix } from './dataset/mix.ts';
import type { Recipe } from './dataset/recipe.ts';
import { adamDefaults } from './graph/adam.ts';
import type { NetworkSpec } from './network.ts';

/** The networks that can be trained from the command line and from the app. */
export const presetNames = ['photomend', 'fill', 'defects', 'article', 'autoencoder'] as const;
export type PresetName = (typeof presetNames)[number];

export const lossNames = ['mse', 'l1', 'charbonnier', 'gradient', 'crossEntropy'] as const;
export const scheduleNames = ['constant', 'cosine'] as const;

const networkSchema = z.strictObject({
  family: z.enum(['article', 'autoencoder', 'photomend']),
  inputChannels: z.int().min(1).max(16),
  outputChannels: z.int().min(1).max(16),
  baseChannels: z.int().min(1).max(256),
  stages: z.int().min(1).max(6),
  units: z.int().min(0).max(16),
  batchNorm: z.boolean(),
  spaceToDepth: z.boolean(),
});

/** When a training ends. Steps and epochs make it reproducible; minutes fit it to a person's patience. */
const limitSchema = z.union([
  z.strictObject({ steps: z.int().min(1) }),
  z.strictObject({ epochs: z.number().positive() }),
  z.strictObject({ minutes: z.number().positive() }),
]);
export type TrainingLimit = z.infer<typeof limitSchema>;

/** All that decides the course of a training; it is kept in every checkpoint. */
export const planSchema = z.strictObject({
  preset: z.enum(presetNames),
  spec: networkSchema,
  recipe: z.enum(['article', 'detail', 'fill', 'defects']),
  loss: z.enum(lossNames),
  batch: z.int().min(1).max(1024),
  sizePx: z.int().min(16).max(1024),
  seed: z.int().min(0).max(0xffffffff),
  limit: limitSchema,
  learningRate: z.number().positive(),
  warmupSteps: z.int().min(0),
  /** `cosine` falls to a fiftieth over the limit; `constant` is the article's. */
  schedule: z.enum(scheduleNames),
  adam: z.strictObject({
    beta1: z.number(),
    beta2: z.number(),
    epsilon: z.number(),
    weightDecay: z.number(),
    clipNorm: z.number(),
  }),
  /** Decay of the exponential average of the weights; 0 turns averaging off. */
  averageDecay: z.number().min(0).max(0.99999),
  /** What is made of the photos. */
  mix: z
    .strictObject({
      blurShare: z.number().min(0).max(1),
      stainShare: z.number().min(0).max(1),
      lineShare: z.number().min(0).max(1),
    })
    .default(usualMix),
  /** Keep some photos from training and validation, to judge the result on. */
  keepsTestPhotos: z.boolean().default(false),
});
export type TrainingPlan = z.infer<typeof planSchema>;

const article: Omit<NetworkSpec, 'family'> = {
  inputChannels: 3,
  outputChannels: 3,
  baseChannels: 64,
  stages: 4,
  units: 0,
  batchNorm: true,
  spaceToDepth: false,
};

const residual: Omit<NetworkSpec, 'inputChannels' | 'outputChannels' | 'batchNorm'> = {
  family: 'photomend',
  baseChannels: 32,
  stages: 3,
  units: 2,
  spaceToDepth: true,
};

interface Preset {
  readonly spec: NetworkSpec;
  readonly recipe: Recipe;
  readonly loss: TrainingPlan['loss'];
  readonly batch: number;
  readonly sizePx: number;
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly schedule: TrainingPlan['schedule'];
  readonly clipNorm: number;
  readonly averageDecay: number;
  readonly limit: TrainingLimit;
}

/** The article trains at a constant 2e-4, batch 64, MSE, 20 epochs. */
const articleTraining = {
  recipe: 'article',
  loss: 'mse',
  batch: 64,
  sizePx: 64,
  learningRate: 2e-4,
  warmupSteps: 0,
  schedule: 'constant',
  clipNorm: 0,
  averageDecay: 0,
  limit: { epochs: 20 },
} as const;

const presets: Readonly<Record<PresetName, Preset>> = {
  article: { ...articleTraining, spec: { family: 'article', ...article } },
  autoencoder: { ...articleTraining, spec: { family: 'autoencoder', ...article } },
  photomend: {
    spec: { ...residual, inputChannels: 6, outputChannels: 3, batchNorm: false },
    recipe: 'detail',
    loss: 'mse',
    batch: 16,
    sizePx: 96,
    learningRate: 5e-4,
    warmupSteps: 100,
    schedule: 'cosine',
    clipNorm: 1,
    averageDecay: 0.998,
    limit: { minutes: 60 },
  },
  fill: {
    spec: { ...residual, inputChannels: 6, outputChannels: 3, batchNorm: false },
    recipe: 'fill',
    loss: 'mse',
    batch: 16,
    sizePx: 96,
    learningRate: 5e-4,
    warmupSteps: 100,
    schedule: 'cosine',
    clipNorm: 1,
    averageDecay: 0.998,
    limit: { minutes: 60 },
  },
  defects: {
    spec: {
      ...residual,
      baseChannels: 24,
      stages: 4,
      inputChannels: 4,
      outputChannels: 1,
      batchNorm: false,
    },
    recipe: 'defects',
    loss: 'crossEntropy',
    batch: 8,
    sizePx: 128,
    learningRate: 4e-4,
    warmupSteps: 100,
    schedule: 'cosine',
    clipNorm: 1,
    averageDecay: 0.997,
    limit: { minutes: 60 },
  },
};

/** What a person may change of a preset. */
export interface PlanChanges {
  readonly baseChannels?: number | undefined;
  readonly stages?: number | undefined;
  readonly batch?: number | undefined;
  readonly sizePx?: number | undefined;
  readonly seed?: number | undefined;
  readonly limit?: TrainingLimit | undefined;
  readonly learningRate?: number | undefined;
  readonly warmupSteps?: number | undefined;
  readonly schedule?: TrainingPlan['schedule'] | undefined;
  readonly loss?: TrainingPlan['loss'] | undefined;
  readonly clipNorm?: number | undefined;
  readonly weightDecay?: number | undefined;
  readonly averageDecay?: number | undefined;
  readonly mix?: DamageMix | undefined;
}

/** A preset with a person's changes. */
export function planOf(preset: PresetName, changes: PlanChanges = {}): TrainingPlan {
  const { spec, clipNorm, ...rest } = presets[preset];
  return {
    preset,
    ...rest,
    spec: {
      ...spec,
      baseChannels: changes.baseChannels ?? spec.baseChannels,
      stages: changes.stages ?? spec.stages,
    },
    batch: changes.batch ?? rest.batch,
    sizePx: changes.sizePx ?? rest.sizePx,
    seed: changes.seed ?? 1,
    limit: changes.limit ?? rest.limit,
    learningRate: changes.learningRate ?? rest.learningRate,
    warmupSteps: changes.warmupSteps ?? rest.warmupSteps,
    schedule: changes.schedule ?? rest.schedule,
    loss: changes.loss ?? rest.loss,
    averageDecay: changes.averageDecay ?? rest.averageDecay,
    adam: {
      ...adamDefaults,
      clipNorm: changes.clipNorm ?? clipNorm,
      weightDecay: changes.weightDecay ?? adamDefaults.weightDecay,
    },
    mix: changes.mix ?? usualMix,
    keepsTestPhotos: true,
  };
}

/** The learning rate of a step, `progress` being the share of the limit that is done (0..1). */
export function learningRateAt(plan: TrainingPlan, step: number, progress: number): number {
  const warmup = plan.warmupSteps > 0 ? Math.min(1, (step + 1) / plan.warmupSteps) : 1;
  if (plan.schedule === 'constant') return plan.learningRate * warmup;
  const floor = 0.02;
  const cosine = floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, progress)));
  return plan.learningRate * warmup * cosine;
}
