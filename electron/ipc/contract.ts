import { z } from 'zod';
import { batchEvents, batchRequests } from './batch-requests.ts';
import type { EventName, RequestName } from './channels.ts';
import { document, kindOfDamage, maskedRegion, photoId, rect } from './document.ts';
import { layers, patchInfo } from './layers.ts';
import { catalogueModel, modelAnswers, modelDraft, modelInfo } from './models.ts';
import { places } from './places.ts';
import { settings, settingsChange } from './settings.ts';
import { trainingEvents, trainingRequests } from './training.ts';
import { wholePhotoRequests } from './whole-photo.ts';

export type { Layers, PatchInfo } from './layers.ts';

/** What went wrong, ready to be translated by `code`; `message` is the English sentence. */
export const errorInfo = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ErrorInfo = z.infer<typeof errorInfo>;

/** A photo that is open. Its pixels are fetched from relative URLs, see `urls.ts`. */
export const photoInfo = z.strictObject({
  id: photoId,
  /** File name for people. */
  name: z.string(),
  format: z.enum(['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif']),
  /** Of the upright photo, in pixels. */
  width: z.int(),
  height: z.int(),
  depth: z.union([z.literal(8), z.literal(16)]),
  sizeBytes: z.int(),
  /** What a person should know, see `engine/photo/flags.ts`. */
  flags: z.array(z.string()),
  /** Size of the picture at `viewUrl`; smaller than the photo only for very large ones. */
  view: z.strictObject({ width: z.int(), height: z.int() }),
  /** Pasted pictures and the sample have no file of the person's own: saving always asks where. */
  origin: z.enum(['file', 'pasted', 'sample']),
});
export type PhotoInfo = z.infer<typeof photoInfo>;

/** A file that could not be opened. */
export const openFailure = z.strictObject({
  name: z.string(),
  error: errorInfo,
  /** Where present, `photos.openTolerant` opens what can be read of it. */
  retry: z.uuid().optional(),
});
export type OpenFailure = z.infer<typeof openFailure>;

/** Work on a photo that an earlier run of the app left unsaved. */
export const unsavedWork = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  /** ISO 8601. */
  changedAt: z.string(),
  edits: z.int(),
  /** The photo is no longer where it was, or no longer the same. */
  photoChanged: z.boolean(),
});
export type UnsavedWork = z.infer<typeof unsavedWork>;

export const opened = z.strictObject({
  photos: z.array(
    z.strictObject({
      info: photoInfo,
      document: document.optional(),
      /** The document's repairs are saved nowhere. */
      hasUnsavedEdits: z.boolean().optional(),
    }),
  ),
  failures: z.array(openFailure),
});
export type Opened = z.infer<typeof opened>;

export const recentPhoto = z.strictObject({ id: z.uuid(), name: z.string(), folder: z.string() });
export type RecentPhoto = z.infer<typeof recentPhoto>;

export const startState = z.strictObject({
  version: z.string(),
  platform: z.enum(['win32', 'darwin', 'linux']),
  /** The language to show: the chosen one, or the system's. */
  language: z.enum(['en', 'zh-CN']),
  settings,
  opened,
  recent: z.array(recentPhoto),
  unsaved: z.array(unsavedWork),
});
export type StartState = z.infer<typeof startState>;

/** What analysis finds in a region. */
export const analysis = z.strictObject({
  /** `null`: the region looks sound. */
  found: z.strictObject({ damage: kindOfDamage, confidence: z.number() }).nullable(),
  /** All kinds that were considered with their measures, the likeliest first. */
  candidates: z.array(z.strictObject({ damage: kindOfDamage, confidence: z.number() })),
});
export type Analysis = z.infer<typeof analysis>;

/** What became of one region. */
export const restoredRegion = z.strictObject({
  region: z.uuid(),
  /** The damage that was repaired; `null` where the region was found to be sound and left alone. */
  damage: kindOfDamage.nullable(),
  patches: z.array(patchInfo),
  seconds: z.number(),
});

export const restoreResult = z.strictObject({
  regions: z.array(restoredRegion),
  /** Execution provider that computed. */
  provider: z.string(),
  seconds: z.number(),
  /** `resumed-on-cpu` and the like: what a person should know about how it went. */
  notices: z.array(z.string()),
});
export type RestoreResult = z.infer<typeof restoreResult>;

/** How far a repair can be trusted, see `engine/region/confidence.ts`. */
export const confidence = z.discriminatedUnion('check', [
  z.strictObject({
    check: z.literal('damaged-again'),
    level: z.enum(['good', 'fair', 'poor']),
    /** In levels of 255. */
    differs: z.number(),
  }),
  z.strictObject({
    check: z.literal('continued'),
    level: z.enum(['good', 'fair', 'poor']),
    reachPx: z.number(),
  }),
]);
export type Confidence = z.infer<typeof confidence>;

export const saveFormat = z.enum(['jpeg', 'png', 'webp', 'avif', 'tiff']);

export const saveChoices = z.strictObject({
  format: saveFormat,
  quality: z.int().min(1).max(100).optional(),
  depth: z.union([z.literal(8), z.literal(16)]).optional(),
  keepMetadata: z.boolean(),
  markAsReconstructed: z.boolean(),
});
export type SaveChoices = z.infer<typeof saveChoices>;

/** `null`: the person closed the dialog. */
export const saved = z
  .strictObject({
    /** Show it with `save.reveal`. */
    id: z.uuid(),
    name: z.string(),
    format: saveFormat,
    depth: z.union([z.literal(8), z.literal(16)]),
    quality: z.int().optional(),
    sizeBytes: z.int(),
    /** What of the source's metadata the format cannot hold. */
    lost: z.array(z.string()),
  })
  .nullable();
export type Saved = z.infer<typeof saved>;

/** What is known of an execution provider on this machine. */
export const device = z.strictObject({
  provider: z.enum(['cuda', 'dml', 'coreml', 'webgpu', 'cpu']),
  works: z.boolean(),
  /** Why not, in English for support; empty where it works. */
  reason: z.string(),
  detail: z.string(),
  milliseconds: z.number().nullable(),
});
export type Device = z.infer<typeof device>;

const nothing = z.strictObject({});
const modelId = z.string().max(64);
const work = { photo: photoId, layers };

/** Every request of the renderer: what it takes and what it gives. */
export const requests = {
  /** Once, when the renderer is ready to show something. */
  'app.start': { in: nothing, out: startState },
  /** A question in the system's own message box. */
  'app.confirm': {
    in: z.strictObject({
      question: z.enum(['discard-work', 'discard-edits', 'remove-model']),
      name: z.string().max(500),
    }),
    out: z.boolean(),
  },
  /** The system's dialog for opening; an empty answer means that it was closed. */
  'photos.choose': { in: z.strictObject({ what: z.enum(['files', 'folder']) }), out: opened },
  /** Only the preload can call this: it alone learns the paths of dropped files. */
  'photos.openDropped': {
    in: z.strictObject({ paths: z.array(z.string().min(1).max(32_768)).max(10_000) }),
    out: opened,
  },
  'photos.openRecent': { in: z.strictObject({ id: z.uuid() }), out: opened },
  'photos.openSample': { in: nothing, out: opened },
  'photos.openTolerant': { in: z.strictObject({ retry: z.uuid() }), out: opened },
  /** The clipboard's picture or files. */
  'photos.paste': { in: nothing, out: opened },
  /** Forgets a photo, its patches and its unsaved work. */
  'photos.close': { in: z.strictObject({ photo: photoId }), out: nothing },
  'recent.clear': { in: nothing, out: nothing },
  /** Stores the state of the work on a photo, so that a crash loses nothing. */
  'work.keep': {
    in: z.strictObject({ photo: photoId, document, hasUnsavedEdits: z.boolean() }),
    out: nothing,
  },
  /** Opens the photo of unsaved work; the answer carries its document. */
  'work.resume': { in: z.strictObject({ id: z.uuid() }), out: opened },
  'work.discard': { in: z.strictObject({ id: z.uuid() }), out: nothing },
  'region.analyse': {
    in: z.strictObject({ ...work, region: maskedRegion }),
    out: analysis,
  },
  /** Restores regions one by one on top of the given layers. Ends with `restore/cancelled` after a cancel. */
  'restore.run': {
    in: z.strictObject({ ...work, job: z.uuid(), regions: z.array(maskedRegion).min(1).max(500) }),
    out: restoreResult,
  },
  'restore.cancel': { in: z.strictObject({ job: z.uuid() }), out: nothing },
  /** Damages a repair again and compares; `layers` are those beneath it. `null` where it has no pixels. */
  'repair.check': {
    in: z.strictObject({
      ...work,
      rect,
      damage: kindOfDamage,
      patches: z.array(z.uuid()).max(100),
    }),
    out: confidence.nullable(),
  },
  /** `photo-restored.jpg` beside the photo, asked for once; then the same file again. */
  'save.copy': { in: z.strictObject(work), out: saved },
  'save.as': { in: z.strictObject({ ...work, choices: saveChoices }), out: saved },
  'save.selection': { in: z.strictObject({ ...work, rect, choices: saveChoices }), out: saved },
  /** The work itself, to go on with it another time; asked for once. */
  'save.project': {
    in: z.strictObject({ photo: photoId, document }),
    out: z.strictObject({ id: z.uuid(), name: z.string() }).nullable(),
  },
  /** Which parts of the photo are damaged, into a file beside it, for a batch. */
  'save.regions': {
    in: z.strictObject({ photo: photoId, regions: z.array(maskedRegion).max(1500) }),
    out: z.strictObject({ id: z.uuid(), name: z.string() }),
  },
  /** Puts the picture, or a part of it, on the clipboard. */
  'save.clipboard': { in: z.strictObject({ ...work, rect: rect.optional() }), out: nothing },
  /** Shows a saved file in the file manager. */
  'save.reveal': { in: z.strictObject({ id: z.uuid() }), out: nothing },
  'settings.change': { in: settingsChange, out: settings },
  'devices.list': { in: nothing, out: z.array(device) },
  'models.list': { in: nothing, out: z.array(modelInfo) },
  /** The system's dialog for a model's file; `null` where it was closed. */
  'models.choose': { in: nothing, out: modelDraft.nullable() },
  /** Tries the chosen file out and imports it. */
  'models.import': { in: z.strictObject({ draft: z.uuid(), answers: modelAnswers }), out: modelInfo },
  'models.remove': { in: z.strictObject({ id: modelId }), out: nothing },
  /** Uses a model wherever it suits and no other is chosen, or no longer. */
  'models.setDefault': { in: z.strictObject({ id: modelId, isDefault: z.boolean() }), out: nothing },
  'models.setFidelity': {
    in: z.strictObject({ id: modelId, fidelity: z.number().min(0).max(1) }),
    out: nothing,
  },
  'models.catalogue': { in: nothing, out: z.array(catalogueModel) },
  /** Only where the person has switched off "stay offline". Ends with `download/cancelled` after a cancel. */
  'models.download': { in: z.strictObject({ id: modelId }), out: modelInfo },
  'models.cancelDownload': { in: z.strictObject({ id: modelId }), out: nothing },
  ...wholePhotoRequests,
  ...trainingRequests,
  ...batchRequests,
} as const satisfies Record<RequestName, { in: z.ZodType; out: z.ZodType }>;
export type Requests = typeof requests;

export const menuCommands = [
  'open-files',
  'open-folder',
  'paste',
  'close-photo',
  'save-copy',
  'save-as',
  'save-project',
  'save-regions',
  'export-selection',
  'copy',
  'undo',
  'redo',
  'select-all',
  'new-region',
  'delete-region',
  'duplicate-region',
  'find-damage',
  'whole-photo',
  'restore',
  'cancel',
  'zoom-in',
  'zoom-out',
  'zoom-fit',
  'zoom-100',
  'zoom-fill',
  'compare',
  'side-by-side',
  'toggle-panel',
  'next-photo',
  'previous-photo',
  'settings',
  'shortcuts',
  ...places.map((place) => `place-${place}` as const),
] as const;
export type MenuCommand = (typeof menuCommands)[number];

/** Everything that main tells without being asked. */
export const events = {
  /** A double-click in the file manager, a second launch, a menu. */
  'photos.opened': opened,
  'recent.changed': z.array(recentPhoto),
  /** Of any job: restoring, finding, repairing the whole photo. */
  'restore.progress': z.strictObject({
    job: z.uuid(),
    /** 0..1 over all that the job does. */
    fraction: z.number(),
    tilesDone: z.int(),
    tiles: z.int(),
    secondsLeft: z.number().nullable(),
    /** Ids of patches that are about to be made: who asks for one gets it as soon as it is there. */
    patches: z.array(z.uuid()).optional(),
  }),
  'models.progress': z.strictObject({ id: z.string(), receivedBytes: z.int(), bytes: z.int() }),
  /** The engine's process: after `restarting` comes `ready`, or `failed` when it keeps dying. */
  'engine.state': z.strictObject({ state: z.enum(['starting', 'ready', 'restarting', 'failed']) }),
  'settings.changed': z.strictObject({ settings, language: z.enum(['en', 'zh-CN']) }),
  'menu.command': z.strictObject({ command: z.enum(menuCommands) }),
  ...trainingEvents,
  ...batchEvents,
} as const satisfies Record<EventName, z.ZodType>;
export type Events = typeof events;

export type Input<K extends RequestName> = z.input<Requests[K]['in']>;
export type Output<K extends RequestName> = z.output<Requests[K]['out']>;
export type EventData<K extends EventName> = z.output<Events[K]>;

/** The answer to every request: nothing is thrown across the process boundary. */
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorInfo };
