import { z } from 'zod';

/*
 * What page and main say to each other about trainings. Folders, photos and runs are known to the page by ids; pictures
 * come from the URLs of `urls.ts`.
 */

const nothing = z.strictObject({});
const id = z.uuid();
const problem = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
});

export const goal = z.enum(['portraits', 'scans', 'mosaics', 'general']);
export type Goal = z.infer<typeof goal>;
export const effort = z.enum(['gentle', 'balanced', 'full']);
export type Effort = z.infer<typeof effort>;

/** A folder that the person chose, or one inside it. */
export const trainingFolder = z.strictObject({
  id,
  name: z.string(),
  /** 0 for a chosen folder, 1 for one inside it, and so on. */
  level: z.int(),
  photos: z.int(),
  isExcluded: z.boolean(),
});
export type TrainingFolder = z.infer<typeof trainingFolder>;

/** The photos that a training would learn from. */
export const library = z.strictObject({
  state: z.enum(['empty', 'scanning', 'ready', 'failed']),
  /** Files looked at, and how many there are as far as known. */
  done: z.int(),
  total: z.int(),
  error: problem.optional(),
  photos: z.int(),
  megapixels: z.number(),
  duplicates: z.int(),
  unreadable: z.int(),
  tooSmall: z.int(),
  excludedPhotos: z.int(),
  skipped: z.array(z.strictObject({ name: z.string(), code: z.string() })).max(200),
  folders: z.array(trainingFolder),
  /** For the wall. */
  sample: z.array(z.strictObject({ id, name: z.string(), isExcluded: z.boolean() })),
});
export type Library = z.infer<typeof library>;

/** All that decides the course of a training; see `training/plan.ts`. */
export const trainingChoices = z.strictObject({
  name: z.string().trim().min(1).max(80),
  goal: goal.nullable(),
  preset: z.enum(['photomend', 'defects', 'article', 'autoencoder']),
  /** A model's id, or `random`. Its network is then the training's. */
  startModel: z.string().max(64),
  baseChannels: z.int().min(1).max(256),
  stages: z.int().min(1).max(6),
  batch: z.int().min(1).max(1024),
  sizePx: z.int().min(16).max(512),
  limit: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('minutes'), value: z.number().positive().max(100_000) }),
    z.strictObject({ kind: z.literal('epochs'), value: z.number().positive().max(100_000) }),
    z.strictObject({ kind: z.literal('steps'), value: z.int().min(1).max(100_000_000) }),
  ]),
  learningRate: z.number().positive().max(1),
  warmupSteps: z.int().min(0).max(100_000),
  schedule: z.enum(['constant', 'cosine']),
  loss: z.enum(['mse', 'l1', 'charbonnier', 'gradient', 'crossEntropy']),
  clipNorm: z.number().min(0).max(1000),
  weightDecay: z.number().min(0).max(1),
  averageDecay: z.number().min(0).max(0.9999),
  seed: z.int().min(0).max(0xffffffff),
  blurShare: z.number().min(0).max(1),
  stainShare: z.number().min(0).max(1),
  lineShare: z.number().min(0).max(1),
  provider: z.enum(['auto', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu']),
  effort,
  /** Trainings that need more compute their batches in parts. */
  memoryGiB: z.number().min(0.5).max(1024),
  checkpointSeconds: z.number().min(5).max(3600),
  validateEverySteps: z.int().min(1).max(100_000),
});
export type TrainingChoices = z.infer<typeof trainingChoices>;

/** Sensible choices, for this computer. */
export const trainingDefaults = z.strictObject({
  byGoal: z.record(goal, trainingChoices),
  byPreset: z.record(z.enum(['photomend', 'defects', 'article', 'autoencoder']), trainingChoices),
  cores: z.int(),
  memoryGiB: z.number(),
});
export type TrainingDefaults = z.infer<typeof trainingDefaults>;

/** Measured on this computer by running some steps. */
export const estimate = z.strictObject({
  provider: z.string(),
  stepMs: z.number(),
  steps: z.int(),
  seconds: z.number(),
  memoryGiB: z.number(),
  /** Batches are computed in so many parts to keep to the memory. */
  parts: z.int(),
  /** Batch norm sees the parts one by one: the training is then not quite the same. */
  batchNorm: z.boolean(),
});
export type Estimate = z.infer<typeof estimate>;

export const holdReason = z.enum(['person', 'editor', 'battery', 'heat', 'full-screen']);
export type HoldReason = z.infer<typeof holdReason>;

export const trainingNotice = z.discriminatedUnion('code', [
  z.strictObject({ code: z.literal('batch-in-parts'), parts: z.int(), batchNorm: z.boolean() }),
  z.strictObject({ code: z.literal('on-processor') }),
  z.strictObject({ code: z.literal('rate-halved'), step: z.int(), rateFactor: z.number() }),
  z.strictObject({ code: z.literal('not-saved'), diskFull: z.boolean(), message: z.string() }),
  z.strictObject({ code: z.literal('saved-again') }),
  /** The trainer's process ended and was started again from the last checkpoint. */
  z.strictObject({ code: z.literal('restarted') }),
]);

/** The training that is under way. */
export const activeTraining = z.strictObject({
  run: id,
  phase: z.enum(['starting', 'scanning', 'training', 'judging', 'stopping']),
  /** Why it waits, or `null`. */
  held: holdReason.nullable(),
  isSlowed: z.boolean(),
  /** 0..1 of the phase. */
  progress: z.number(),
  step: z.int(),
  loss: z.number().nullable(),
  samplesPerSecond: z.number().nullable(),
  waitingShare: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  provider: z.string().nullable(),
  savedStep: z.int().nullable(),
  notices: z.array(trainingNotice).max(20),
});
export type ActiveTraining = z.infer<typeof activeTraining>;

export const runState = z.enum(['running', 'paused', 'stopped', 'finished', 'failed']);

/** A training, under way or not. */
export const trainingRun = z.strictObject({
  id,
  name: z.string(),
  createdAt: z.string(),
  goal: goal.nullable(),
  preset: z.string(),
  baseChannels: z.int(),
  state: runState,
  error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  decision: z.enum(['used', 'kept', 'discarded']).optional(),
  step: z.int(),
  progress: z.number(),
  hasVerdict: z.boolean(),
});
export type TrainingRun = z.infer<typeof trainingRun>;

export const trainingState = z.strictObject({
  library,
  runs: z.array(trainingRun),
  active: activeTraining.nullable(),
});
export type TrainingState = z.infer<typeof trainingState>;

const score = z.strictObject({ psnr: z.number(), ssim: z.number() });
export const verdict = z.strictObject({
  photos: z.int(),
  cases: z.array(
    z.strictObject({ name: z.string(), photos: z.int(), damaged: score, old: score, new: score }),
  ),
  gainDb: z.number(),
  errorDb: z.number(),
  verdict: z.enum(['better', 'not-better', 'unsure']),
  /** The model that it was compared with. */
  oldModel: z.string(),
  pairs: z.array(z.strictObject({ caseName: z.string() })),
});
export type Verdict = z.infer<typeof verdict>;

const column = z.array(z.number().nullable());
/** All that can be seen of a run. */
export const runDetails = z.strictObject({
  run: trainingRun,
  photos: z.int(),
  curves: z.strictObject({
    training: z.strictObject({ step: column, loss: column, rate: column }),
    validation: z.strictObject({ step: column, error: column, score: column, startScore: column }),
  }),
  /** Steps of the live sheet's frames. */
  frames: z.array(z.int()),
  hasCurrent: z.boolean(),
  verdict: verdict.nullable(),
});
export type RunDetails = z.infer<typeof runDetails>;

/** A model in the library of models. */
export const libraryModel = z.strictObject({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  licence: z.string(),
  source: z.string(),
  damage: z.array(z.string()),
  bytes: z.int(),
  isBundled: z.boolean(),
  /** Kinds of damage that it is used for now. */
  usedFor: z.array(z.string()),
  /** It can be put in use by hand. */
  canUse: z.boolean(),
  hasWeights: z.boolean(),
  /** How it came about, for people: names and values. */
  training: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  /** Why it cannot be used. */
  problem: z.string().nullable(),
});
export type LibraryModel = z.infer<typeof libraryModel>;

export const trainingRequests = {
  'training.state': { in: nothing, out: trainingState },
  'training.defaults': { in: nothing, out: trainingDefaults },
  /** The system's dialog; chosen folders are scanned. */
  'training.addFolders': { in: nothing, out: nothing },
  'training.removeFolder': { in: z.strictObject({ id }), out: nothing },
  /** Leaves out a folder or a photo, or takes it in again. */
  'training.exclude': { in: z.strictObject({ id, isExcluded: z.boolean() }), out: nothing },
  'training.scan': { in: nothing, out: nothing },
  'training.cancelScan': { in: nothing, out: nothing },
  /** Other photos on the wall. */
  'training.shuffle': { in: nothing, out: nothing },
  'training.estimate': { in: z.strictObject({ choices: trainingChoices }), out: estimate },
  'training.start': {
    in: z.strictObject({ choices: trainingChoices, parts: z.int().min(1) }),
    out: z.strictObject({ run: id }),
  },
  'training.continue': { in: z.strictObject({ run: id }), out: nothing },
  'training.pause': { in: nothing, out: nothing },
  'training.resume': { in: nothing, out: nothing },
  /** Ends it here, judges what there is. */
  'training.finish': { in: nothing, out: nothing },
  'training.details': { in: z.strictObject({ run: id }), out: runDetails },
  'training.decide': {
    in: z.strictObject({ run: id, decision: z.enum(['used', 'kept', 'discarded']) }),
    out: nothing,
  },
  'training.remove': { in: z.strictObject({ run: id }), out: nothing },
  'library.list': { in: nothing, out: z.array(libraryModel) },
  'library.use': { in: z.strictObject({ model: z.string().max(64) }), out: nothing },
  /** Back to what was in use before the last change. */
  'library.rollBack': { in: nothing, out: z.strictObject({ name: z.string().nullable() }) },
  'library.export': {
    in: z.strictObject({ model: z.string().max(64), what: z.enum(['model', 'weights']) }),
    out: z.strictObject({ name: z.string().nullable() }),
  },
  'library.verify': {
    in: z.strictObject({ model: z.string().max(64) }),
    out: z.strictObject({ isSound: z.boolean() }),
  },
  'library.remove': { in: z.strictObject({ model: z.string().max(64) }), out: nothing },
} as const;

export const trainingEvents = {
  'training.changed': trainingState,
  /** The models in the library, or which are used, changed. */
  'library.changed': nothing,
} as const;
