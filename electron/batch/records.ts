import { z } from 'zod';
import { batchSettings } from '../ipc/batch.ts';
import { kindOfDamage, rect, wholeReport } from '../ipc/document.ts';

/*
 * The journal's lines. Each says one change, and is true from the moment its newline is on the disk. What a run needs to
 * go on, and what a report tells, is in these lines and nowhere else.
 */

/** A part of a photo, and what was done there. */
export const reportedRegion = z.strictObject({
  rect,
  /** `null`: looked sound and was left alone. */
  damage: kindOfDamage.nullable(),
  confidence: z.number(),
});
export type ReportedRegion = z.infer<typeof reportedRegion>;

const model = z.strictObject({ id: z.string(), sha256: z.string() });

/** What became of a photo. */
export const outcome = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('repaired'),
    out: z.string(),
    sha256: z.string(),
    sizeBytes: z.number(),
    regions: z.array(reportedRegion),
    /** What the steps of the whole photo did, where it was repaired as a whole. */
    whole: wholeReport.optional(),
    models: z.array(model),
    provider: z.string(),
    ms: z.strictObject({ decode: z.number(), repair: z.number(), encode: z.number() }),
    warnings: z.array(z.string()),
  }),
  /** Needed no repair: copied byte by byte, or (without `out`) left out. */
  z.strictObject({
    state: z.literal('clean'),
    out: z.string().optional(),
    sha256: z.string().optional(),
    sizeBytes: z.number().optional(),
    regions: z.array(reportedRegion),
    whole: wholeReport.optional(),
    warnings: z.array(z.string()),
  }),
  /** A file of the result's name was there and stays. */
  z.strictObject({ state: z.literal('exists'), out: z.string() }),
  z.strictObject({
    state: z.literal('failed'),
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
  }),
  /** Taken out of the queue by the person. */
  z.strictObject({ state: z.literal('skipped') }),
]);
export type Outcome = z.infer<typeof outcome>;

export const verdict = z.enum(['keep', 'discard']);

const n = z.int().min(0);
const at = z.string();

export const record = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('run'),
    version: z.literal(1),
    id: z.string(),
    program: z.string(),
    folder: z.string(),
    shard: z.strictObject({ index: n, count: z.int().min(1) }),
    settings: batchSettings,
    /** A folder of masks, or one mask for all. */
    masks: z.string().optional(),
    at,
  }),
  z.strictObject({
    t: z.literal('photo'),
    n,
    path: z.string(),
    sizeBytes: z.number(),
    modifiedMs: z.number(),
    out: z.string(),
    copyOut: z.string(),
    exists: z.boolean(),
  }),
  /** The plan is complete. Without this line it is made again. */
  z.strictObject({ t: z.literal('planned'), photos: n, problems: z.array(z.string()) }),
  /** Work begins, or goes on after a break. */
  z.strictObject({ t: z.literal('open'), at, provider: z.string() }),
  z.strictObject({ t: z.literal('start'), n, at }),
  /** A result with this content is about to appear under this name. If it does, this is the photo's outcome. */
  z.strictObject({ t: z.literal('write'), n, outcome }),
  z.strictObject({ t: z.literal('end'), n, at, outcome }),
  /** The process that repairs died with these photos in its hands. */
  z.strictObject({ t: z.literal('crash'), photos: z.array(n), provider: z.string(), at }),
  /** To be done once more, perhaps otherwise. */
  z.strictObject({
    t: z.literal('again'),
    n,
    settings: batchSettings.optional(),
    masks: z.string().optional(),
    /** Where its result goes now, where that has changed. */
    out: z.string().optional(),
    copyOut: z.string().optional(),
  }),
  z.strictObject({ t: z.literal('verdict'), n, verdict }),
  z.strictObject({ t: z.literal('finished'), at }),
]);
export type Record = z.infer<typeof record>;
export type RunRecord = Extract<Record, { t: 'run' }>;
