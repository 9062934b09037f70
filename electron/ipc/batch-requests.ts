import { z } from 'zod';
import { batchSettings, how, where } from './batch.ts';
import type { batchEventNames, batchRequestNames } from './batch-channels.ts';
import { photoId, rect } from './document.ts';

const state = z.enum([
  'waiting',
  'decode',
  'repair',
  'encode',
  'repaired',
  'clean',
  'exists',
  'failed',
  'skipped',
]);
export type BatchPhotoState = z.infer<typeof state>;

const error = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  data: z.record(z.string(), z.union([z.string(), z.number()])),
});

const photo = z.strictObject({
  n: z.int(),
  /** Within the folder, with `/`. */
  path: z.string(),
  sizeBytes: z.number(),
  state,
});
export type BatchPhoto = z.infer<typeof photo>;

/** A chosen folder. Pictures of its photos are at `batchPictureUrl`. */
export const batchFolder = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  /** Name of the folder for the results. */
  out: z.string(),
  photos: z.array(photo),
  /** An earlier batch into the same folder was interrupted. */
  isUnfinished: z.boolean(),
  /** Name of the masks' folder or file. */
  masks: z.string().nullable(),
});
export type BatchFolder = z.infer<typeof batchFolder>;

const progress = z.strictObject({
  total: z.int(),
  counts: z.strictObject({
    waiting: z.int(),
    repaired: z.int(),
    clean: z.int(),
    exists: z.int(),
    failed: z.int(),
    skipped: z.int(),
  }),
  photosPerMinute: z.number().nullable(),
  secondsLeft: z.number().nullable(),
});
export type BatchProgressData = z.infer<typeof progress>;

export const hold = z.enum(['person', 'battery', 'editor', 'disk-full']);
export type BatchHold = z.infer<typeof hold>;

const tried = z.strictObject({
  n: z.int(),
  path: z.string(),
  isChanged: z.boolean(),
  error: error.optional(),
});
export type TriedPhotoInfo = z.infer<typeof tried>;

/** Where a photo would be repaired. */
const preview = z.strictObject({
  /** Of the upright photo. */
  width: z.int(),
  height: z.int(),
  /** By least confidence, rising: each level counts from its `from` to that of the next one. */
  levels: z.array(
    z.strictObject({
      from: z.number(),
      regions: z.array(z.strictObject({ rect, confidence: z.number() })),
    }),
  ),
});
export type BatchPreview = z.infer<typeof preview>;

const nothing = z.strictObject({});
const numbers = z.array(z.int().min(0)).max(1_000_000);
const settings = { folder: z.uuid(), settings: batchSettings };

export const batchRequests = {
  /** The system's dialog; `null` where it was closed or nothing fits. */
  'batch.choose': {
    in: z.strictObject({ what: z.enum(['folder', 'out', 'masks', 'mask']) }),
    out: batchFolder.nullable(),
  },
  /** Only the preload can call this: it alone learns the paths of dropped files. */
  'batch.openDropped': {
    in: z.strictObject({ paths: z.array(z.string().min(1).max(32_768)).max(10_000) }),
    out: batchFolder.nullable(),
  },
  /** Repairs three photos for a look; nothing goes into the folder for the results. */
  'batch.try': { in: z.strictObject(settings), out: z.array(tried) },
  /** Where a photo would be repaired, for its small picture. */
  'batch.find': {
    in: z.strictObject({ photo: z.int(), where, how }),
    out: preview,
  },
  /** Takes photos that are open in the editor. */
  'batch.takeOpen': {
    in: z.strictObject({ photos: z.array(photoId).min(1).max(10_000) }),
    out: batchFolder.nullable(),
  },
  /** Begins, or goes on with what was interrupted. The answer comes when it runs. */
  'batch.start': {
    in: z.strictObject({ ...settings, unfinished: z.enum(['resume', 'refuse']) }),
    out: nothing,
  },
  'batch.control': {
    in: z.discriminatedUnion('action', [
      z.strictObject({ action: z.enum(['pause', 'go-on', 'cancel']) }),
      z.strictObject({ action: z.literal('skip'), photos: numbers }),
      /** Ahead of another one that waits, or (without one) to the end of the queue. */
      z.strictObject({ action: z.literal('move'), photos: numbers, before: z.int().optional() }),
      /** Once more, with other settings where they are given. */
      z.strictObject({ action: z.literal('again'), photos: numbers, settings: batchSettings.optional() }),
      z.strictObject({ action: z.literal('battery'), pauses: z.boolean() }),
    ]),
    out: nothing,
  },
  /** What the person says to a result; what is discarded goes to the system's bin. */
  'batch.judge': {
    in: z.strictObject({ photo: z.int(), verdict: z.enum(['keep', 'discard']) }),
    out: nothing,
  },
  /** Opens a photo in the editor. */
  'batch.open': { in: z.strictObject({ photo: z.int() }), out: nothing },
  'batch.reveal': { in: z.strictObject({ what: z.enum(['out', 'report']) }), out: nothing },
} as const satisfies Record<(typeof batchRequestNames)[number], { in: z.ZodType; out: z.ZodType }>;

export const batchEvents = {
  /** A run has begun; its photos are numbered anew. */
  'batch.planned': batchFolder,
  'batch.news': z.strictObject({
    photos: z.array(z.strictObject({ n: z.int(), state, error: error.optional() })),
    progress: progress.nullable(),
    holds: z.array(hold),
  }),
  'batch.ended': z.strictObject({
    end: z.enum(['finished', 'stopped', 'failed']),
    error: error.optional(),
  }),
} as const satisfies Record<(typeof batchEventNames)[number], z.ZodType>;
