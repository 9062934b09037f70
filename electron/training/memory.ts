import { freemem, totalmem } from 'node:os';
import type { ProviderName } from '../engine/runtime/providers.ts';
import type { TrainingNotice } from './events.ts';
import { gradientSumGraph, trainingStepGraph } from './graph/step.ts';
import { parametersOf } from './parameters.ts';
import type { TrainingPlan } from './plan.ts';

const mebibyte = 2 ** 20;
/** Program, ONNX Runtime, threads, buffers of the operators, and batches that lie ready. */
const processBytes = 384 * mebibyte;
/** The arena takes blocks that double in size, and gaps between them cannot be used. */
const arenaFactor = 2;
/** Decoded photos that should fit beside a training; with fewer, every batch decodes anew. */
const wantedCacheBytes = 256 * mebibyte;
const leastCacheBytes = 32 * mebibyte;
const mostCacheBytes = 4096 * mebibyte;

/** How a training is computed; it changes where memory runs out. */
export interface Setup {
  readonly device: ProviderName;
  /** Parts that a batch is computed in; a divisor of the batch. */
  readonly parts: number;
}

/** Whether an error, or what caused it, is that memory ran out. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (/bad_?alloc|out of memory|failed to allocate|\bOOM\b|E_OUTOFMEMORY/i.test(error.message)) return true;
  return isOutOfMemory(error.cause);
}

/**
 * The next smaller way to compute the same training: batches in twice as many parts, the sum of whose gradients is that
 * of the batch; on a device other than the processor, at last the processor. Undefined where nothing smaller is left.
 */
export function smallerSetup(
  setup: Setup,
  { batch, spec }: Pick<TrainingPlan, 'batch' | 'spec'>,
): { readonly setup: Setup; readonly notice: TrainingNotice } | undefined {
  const parts = nextDivisor(batch, 2 * setup.parts);
  if (parts !== undefined) {
    return { setup: { ...setup, parts }, notice: inPartsNotice(parts, { spec }) };
  }
  if (setup.device === 'cpu') return undefined;
  return { setup: { device: 'cpu', parts: 1 }, notice: { code: 'on-processor' } };
}

/** Says that batches are computed in parts, and whether batch norm sees them one by one. */
export function inPartsNotice(parts: number, { spec }: Pick<TrainingPlan, 'spec'>): TrainingNotice {
  return {
    code: 'batch-in-parts',
    parts,
    batchNorm: spec.batchNorm || spec.family !== 'photomend',
  };
}

/** The smallest divisor of `batch` that is at least `least`. */
function nextDivisor(batch: number, least: number): number | undefined {
  for (let parts = least; parts <= batch; parts++) if (batch % parts === 0) return parts;
  return undefined;
}

type Sized = Pick<TrainingPlan, 'spec' | 'loss' | 'adam' | 'batch' | 'sizePx' | 'averageDecay'>;

/**
 * Bytes that a training takes at most on the processor, apart from decoded photos, by arithmetic: the intermediate
 * results of a step; two sets of weights, moments and averages that take turns; and what a checkpoint copies. Measured
 * peaks lie below it: `docs/training.md`.
 */
export function memoryNeeded(plan: Sized, parts: number): number {
  const { spec, sizePx, averageDecay } = plan;
  const averaging = averageDecay > 0;
  let weights = 0;
  let trained = 0;
  for (const { role, shape } of parametersOf(spec)) {
    const bytes = 4 * shape.reduce((product, dim) => product * dim, 1);
    weights += bytes;
    if (role === 'trained') trained += bytes;
  }
  const state = weights + (averaging ? 3 : 2) * trained;
  const shape = { ...plan, batch: plan.batch / parts, height: sizePx, width: sizePx, averaging };
  // What is computed by blocks of channels (of which the size does not matter here) keeps other results on the way.
  const alive = [undefined, 8].map((channelBlock) => {
    const blocked = { ...shape, channelBlock };
    return (parts > 1 ? gradientSumGraph(blocked) : trainingStepGraph(blocked)).mostElementsAlive;
  });
  // Two sets of sums take turns as well; the update holds what Adam makes of a tensor on the way.
  const sums = parts > 1 ? 4 * trained : 0;
  // The state that it starts from, the two sets, the copies of the last two steps that `last-state.ts` may hold, and a
  // copy with the file made of it while it is saved.
  return processBytes + 7 * state + sums + arenaFactor * 4 * Math.max(...alive);
}

/**
 * In how many parts a batch must be computed for a training to keep to so much memory, photos included; at least
 * `least`. Where even single samples need more, as many parts as there are samples.
 */
export function partsWithin(plan: Sized, memoryBytes: number | undefined, least = 1): number {
  let parts = least;
  while (memoryBytes !== undefined && memoryNeeded(plan, parts) + wantedCacheBytes > memoryBytes) {
    const more = nextDivisor(plan.batch, parts + 1);
    if (more === undefined) break;
    parts = more;
  }
  return parts;
}

/** Room for decoded photos: what the training leaves of its memory, and no more than a quarter of what is free. */
export function cacheWithin(plan: Sized, memoryBytes: number | undefined, parts: number): number {
  const usual = Math.min(mostCacheBytes, Math.max(wantedCacheBytes, freemem() / 4));
  if (memoryBytes === undefined) return usual;
  return Math.max(leastCacheBytes, Math.min(usual, memoryBytes - memoryNeeded(plan, parts)));
}

/** Half of the computer's memory is the person's. */
export function usualMemoryBytes(): number {
  return totalmem() / 2;
}
