import type { ValidationReport } from './validation.ts';

/** What a training had to change to go on. */
export type TrainingNotice =
  /** The memory was too small: batches are computed in so many parts. `batchNorm`: it sees the parts one by one. */
  | { readonly code: 'batch-in-parts'; readonly parts: number; readonly batchNorm: boolean }
  /** The device's memory is too small even for single samples: the processor goes on. */
  | { readonly code: 'on-processor' }
  /** The loss was no finite number: back at this step, with the learning rate times `rateFactor`. */
  | { readonly code: 'rate-halved'; readonly step: number; readonly rateFactor: number }
  /** The training goes on, but its last state is not on the disk. */
  | { readonly code: 'not-saved'; readonly diskFull: boolean; readonly message: string }
  /** Saving works again. */
  | { readonly code: 'saved-again' };

/** What the trainer tells while it works. */
export type TrainingEvent =
  | {
      readonly kind: 'step';
      readonly step: number;
      /** Share of the limit that is done, 0..1. */
      readonly progress: number;
      readonly loss: number;
      readonly gradientNorm: number;
      readonly learningRate: number;
      readonly stepMs: number;
      /** Over the last steps, waiting included, pauses not. */
      readonly samplesPerSecond: number;
      /** Share of the time so far that steps waited for data. */
      readonly waitingShare: number;
      readonly secondsLeft: number;
    }
  | ({ readonly kind: 'validation'; readonly step: number; readonly best: boolean } & ValidationReport)
  | { readonly kind: 'checkpoint'; readonly step: number }
  | { readonly kind: 'notice'; readonly notice: TrainingNotice };
