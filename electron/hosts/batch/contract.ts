import type { ListedFile } from '../../batch/list.ts';
import type { Outcome } from '../../batch/records.ts';
import type { ReportLanguage } from '../../batch/report/words.ts';
import type { Hold, RunProgress } from '../../batch/run.ts';
import type { RunRequest } from '../../batch/run-folder.ts';
import type { Otherwise, PhotoState } from '../../batch/state.ts';
import type { PreviewLevel } from '../../batch/where/preview.ts';
import type { Stage } from '../../batch/work.ts';
import type { Rect } from '../../engine/pixels/planes.ts';
import type { BatchSettings, How, Where } from '../../ipc/batch.ts';

interface Method<In, Out, Progress = never> {
  in: In;
  out: Out;
  progress: Progress;
}

/** A photo of a run, as those outside see it. */
export interface RunPhoto {
  readonly n: number;
  /** Within the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly state: 'waiting' | PhotoState;
}

/** What a run tells on its way. */
export type RunNews =
  | { readonly type: 'planned'; readonly run: string; readonly photos: readonly RunPhoto[] }
  | {
      readonly type: 'photo';
      readonly n: number;
      readonly state: 'waiting' | Stage | PhotoState;
      readonly outcome?: Outcome;
      readonly progress: RunProgress;
    }
  | { readonly type: 'hold'; readonly reason: Hold; readonly isHeld: boolean };

/** Photos to be done once more, perhaps otherwise. */
export interface Again extends Otherwise {
  readonly photos: readonly number[];
}

export interface RunArgument extends RunRequest {
  /** The process that went before this one died over this run. */
  readonly afterCrash: boolean;
  readonly diskPatienceMs: number;
  /** Of the report. */
  readonly language: ReportLanguage;
  /** To be done once more. */
  readonly again?: Again;
}

export interface RunEnd {
  readonly end: 'finished' | 'stopped';
  readonly progress: RunProgress;
  /** Paths of the reports that were written. */
  readonly reports: readonly string[];
}

export interface TriedPhoto {
  readonly regions: readonly { readonly rect: Rect; readonly confidence: number }[];
  readonly isChanged: boolean;
  readonly width: number;
  readonly height: number;
}

/** What the process of a batch does. One run at a time. */
export type BatchMethods = {
  run: Method<RunArgument, RunEnd, RunNews>;
  hold: Method<{ readonly reason: Hold; readonly isHeld: boolean }, null>;
  stop: Method<Record<string, never>, null>;
  skip: Method<{ readonly photos: readonly number[] }, null>;
  again: Method<Again, null>;
  move: Method<{ readonly photos: readonly number[]; readonly before?: number }, null>;
  /** The photos of a folder, and whether a run into the folder of results was interrupted. */
  list: Method<
    { readonly folder: string; readonly out: string },
    { readonly photos: readonly ListedFile[]; readonly isUnfinished: boolean }
  >;
  /** Notes what the person says to a result; gives its path where there is one that is still ours. */
  judge: Method<
    { readonly out: string; readonly photo: number; readonly verdict: 'keep' | 'discard' },
    string | null
  >;
  /** Repairs one photo and writes pictures of it before and after as JPEG, for a look ahead of a run. */
  try: Method<
    {
      readonly folder: string;
      readonly path: string;
      readonly settings: BatchSettings;
      readonly masks?: string;
      readonly before: string;
      readonly after: string;
    },
    TriedPhoto
  >;
  /** Where a photo would be repaired, by least confidence. */
  find: Method<
    {
      readonly folder: string;
      readonly path: string;
      readonly where: Where;
      readonly how: How;
      readonly masks?: string;
    },
    Pick<TriedPhoto, 'width' | 'height'> & { readonly levels: readonly PreviewLevel[] }
  >;
};

/** How the process is configured: one JSON argument. */
export interface BatchConfiguration {
  readonly resourcesFolder: string;
  readonly userDataFolder: string;
  /** Whether models may be named by paths: the window may not, the command line may. */
  readonly models: 'ids' | 'paths';
}
