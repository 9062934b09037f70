import type { ProviderName } from '../../engine/runtime/providers.ts';
import type { LibraryScan } from '../../training/dataset/library.ts';
import type { TrainingEvent } from '../../training/events.ts';
import type { TrainingPlan } from '../../training/plan.ts';

interface Method<In, Out, Progress = never> {
  in: In;
  out: Out;
  progress: Progress;
}

/** A scan as main needs it: the photos themselves stay in the trainer's process. */
export type ScannedLibrary = Omit<LibraryScan, 'photos'> & { readonly photos: number };

export interface ScanProgress {
  readonly done: number;
  readonly total: number;
}

export interface MeasuredSpeed {
  readonly provider: ProviderName;
  readonly stepMs: number;
  readonly memoryBytes: number;
  readonly parts: number;
  /** Batch norm is a part of this network. */
  readonly batchNorm: boolean;
}

/** What a training tells on its way. */
export type TrainingReport =
  | { readonly kind: 'scan'; readonly done: number; readonly total: number }
  | { readonly kind: 'judging'; readonly done: number; readonly total: number }
  | { readonly kind: 'provider'; readonly provider: ProviderName }
  | TrainingEvent;

/** How the training may go on. */
export interface Hold {
  readonly pace: 'run' | 'slow' | 'pause';
  /** Save first: the wait may be long. */
  readonly save: boolean;
  /** The process stood still for so long, just now; its own clock does not know. */
  readonly stoodStillMs: number;
}

/** What the trainer's process can do. */
export type TrainerMethods = {
  scan: Method<
    { readonly folders: readonly string[]; readonly excluded: readonly string[] },
    ScannedLibrary,
    ScanProgress
  >;
  /** Some photos of the last scan, by chance. */
  sample: Method<{ readonly seed: number; readonly count: number }, string[]>;
  /** Runs some steps; in parts where they would need more memory than allowed. */
  measure: Method<
    {
      readonly plan: TrainingPlan;
      readonly startWeights: string | null;
      readonly provider: ProviderName | 'auto';
      readonly threads: number;
      readonly memoryBytes: number;
    },
    MeasuredSpeed
  >;
  /** Begins or continues the run of a folder; ends when it is finished and judged, or stopped. */
  train: Method<{ readonly folder: string }, { readonly finished: boolean }, TrainingReport>;
  hold: Method<Hold, null>;
  /** Ends the run where it is and judges what there is. */
  finish: Method<Record<string, never>, null>;
  /** Ends the run at once; answers when its state is on the disk. */
  stop: Method<Record<string, never>, null>;
};
