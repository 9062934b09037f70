import type { SaveFormat } from '../../engine/photo/encode.ts';
import type { PhotoFormat } from '../../engine/photo/format.ts';
import type { FileIdentity } from '../../engine/photo/photo.ts';
import type { Rect } from '../../engine/pixels/planes.ts';
import type { ProviderName } from '../../engine/runtime/providers.ts';
import type { Analysis, Confidence, Device, Layers, PatchInfo } from '../../ipc/contract.ts';
import type { DamageMeasure, MaskedRegion, WholeReport, WholeSteps } from '../../ipc/document.ts';
import type { CatalogueModelInfo, ModelAnswers, ModelDraft, ModelInfo } from '../../ipc/models.ts';
import type { FoundPlace } from '../../ipc/whole-photo.ts';

/** All that the engine must know of a photo; it keeps nothing that it could not read again. */
export interface PhotoSource {
  readonly id: string;
  readonly path: string;
  /** The file as it was when it was opened: another one under the same name must not take its place. */
  readonly file: FileIdentity;
  readonly tolerant: boolean;
  /** Where its patches and views are kept. */
  readonly workFolder: string;
}

export interface ProbedPhoto {
  readonly format: PhotoFormat;
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly flags: readonly string[];
  readonly file: FileIdentity;
  /** Chromium shows the file itself exactly as the engine decodes it. */
  readonly isDirect: boolean;
  /** Size of the picture that stands for the photo on the screen. */
  readonly view: { readonly width: number; readonly height: number };
}

interface Work {
  readonly photo: PhotoSource;
  readonly layers: Layers;
}

export interface RestoreProgressData {
  readonly fraction: number;
  readonly tilesDone: number;
  readonly tiles: number;
  readonly secondsLeft: number | null;
  readonly provider: ProviderName;
  /** Ids of patches that are about to be made: `patch` gives them as soon as they are there. */
  readonly patches?: readonly string[];
}

export interface RestoreOutcome {
  readonly regions: readonly {
    readonly region: string;
    readonly damage: DamageMeasure | null;
    readonly patches: readonly PatchInfo[];
    readonly seconds: number;
  }[];
  readonly provider: ProviderName;
  readonly seconds: number;
  readonly notices: readonly string[];
}

/** What a job on the whole photo needs. */
interface WholeWork extends Work {
  readonly provider: ProviderName | 'auto';
}

export interface FindOutcome {
  readonly places: readonly FoundPlace[];
  readonly notices: readonly string[];
}

export interface WholeOutcome {
  readonly patches: readonly PatchInfo[];
  readonly report: WholeReport;
  readonly provider: ProviderName;
  readonly seconds: number;
  readonly notices: readonly string[];
}

export interface SaveArgument extends Work {
  readonly to: string;
  readonly rect?: Rect;
  readonly format?: SaveFormat;
  readonly quality?: number;
  readonly depth?: 8 | 16;
  readonly keepMetadata: boolean;
  readonly markAsReconstructed: boolean;
  readonly allowOverwrite: boolean;
  readonly allowOverwriteOriginal: boolean;
}

export interface SaveOutcome {
  readonly path: string;
  readonly format: SaveFormat;
  readonly depth: 8 | 16;
  readonly quality?: number | undefined;
  readonly sizeBytes: number;
  readonly lost: readonly string[];
}

interface Method<In, Out, Progress = never> {
  in: In;
  out: Out;
  progress: Progress;
}

/** What the engine's process does for main. */
export type EngineMethods = {
  probe: Method<{ readonly path: string; readonly tolerant: boolean }, ProbedPhoto>;
  /** Writes the picture that stands for the photo on the screen; gives its path. */
  view: Method<{ readonly photo: PhotoSource }, string>;
  /** JPEG in sRGB. */
  thumbnail: Method<{ readonly path: string; readonly sidePx: number }, Uint8Array>;
  /** PNG of a part of the untouched photo. */
  crop: Method<{ readonly photo: PhotoSource; readonly rect: Rect }, Uint8Array>;
  patch: Method<{ readonly photo: PhotoSource; readonly patch: string }, Uint8Array>;
  analyse: Method<Work & { readonly region: MaskedRegion }, Analysis>;
  /** Prepares the restoration of a region that is likely to be asked for. */
  anticipate: Method<
    Work & { readonly region: MaskedRegion; readonly provider: ProviderName | 'auto' },
    null
  >;
  restore: Method<
    Work & { readonly regions: readonly MaskedRegion[]; readonly provider: ProviderName | 'auto' },
    RestoreOutcome,
    RestoreProgressData
  >;
  /** Looks for damage in the whole photo. */
  find: Method<WholeWork, FindOutcome, RestoreProgressData>;
  repairWhole: Method<
    WholeWork & { readonly steps: WholeSteps; readonly model: string },
    WholeOutcome,
    RestoreProgressData
  >;
  /** How far a repair can be trusted; `layers` are those beneath it. */
  check: Method<
    Work & { readonly rect: Rect; readonly damage: DamageMeasure; readonly patches: readonly string[] },
    Confidence | null
  >;
  save: Method<SaveArgument, SaveOutcome>;
  /** 8-bit PNG of the result or a part of it. */
  picture: Method<Work & { readonly rect?: Rect }, Uint8Array>;
  devices: Method<Record<string, never>, Device[]>;
  models: Method<Record<string, never>, ModelInfo[]>;
  describeModel: Method<{ readonly path: string }, Omit<ModelDraft, 'draft'>>;
  importModel: Method<{ readonly path: string; readonly answers: ModelAnswers }, ModelInfo>;
  removeModel: Method<{ readonly id: string }, null>;
  setDefaultModel: Method<{ readonly id: string; readonly isDefault: boolean }, null>;
  setModelFidelity: Method<{ readonly id: string; readonly fidelity: number }, null>;
  catalogue: Method<Record<string, never>, CatalogueModelInfo[]>;
  /** Connects to the site that publishes a model of the catalogue; main asks for it only where the person allows it. */
  downloadModel: Method<
    { readonly id: string },
    ModelInfo,
    { readonly receivedBytes: number; readonly bytes: number }
  >;
  /** Tries out the devices and loads the networks ahead of their first use. */
  warmUp: Method<{ readonly provider: ProviderName | 'auto'; readonly model: string }, null>;
  /** Decodes the photo ahead of its first use. */
  prepare: Method<{ readonly photo: PhotoSource }, { readonly flags: readonly string[] }>;
  /** Ends when all patches are on the disk. */
  written: Method<Record<string, never>, null>;
  forget: Method<{ readonly photo: string }, null>;
};

/** How main configures the engine's process: one JSON argument. */
export interface EngineConfiguration {
  readonly resourcesFolder: string;
  readonly userDataFolder: string;
}
