import type { ProviderName } from '../engine/runtime/providers.ts';
import type { TrainingNotice } from './events.ts';
import type { TrainingPlan } from './plan.ts';

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
    const batchNorm = spec.batchNorm || spec.family !== 'photomend';
    return { setup: { ...setup, parts }, notice: { code: 'batch-in-parts', parts, batchNorm } };
  }
  if (setup.device === 'cpu') return undefined;
  return { setup: { device: 'cpu', parts: 1 }, notice: { code: 'on-processor' } };
}

/** The smallest divisor of `batch` that is at least `least`. */
function nextDivisor(batch: number, least: number): number | undefined {
  for (let parts = least; parts <= batch; parts++) if (batch % parts === 0) return parts;
  return undefined;
}
