import { z } from 'zod';
import { foundKind, kindOfDamage, photoId, rect, wholeReport, wholeSteps } from './document.ts';
import { layers, patchInfo } from './layers.ts';
import type { wholePhotoRequestNames } from './whole-photo-channels.ts';

/** A place that looks damaged. */
export const foundPlace = z.strictObject({
  kind: foundKind,
  rect,
  /** Base64 of an 8-bit PNG of the rectangle's size; white is damaged. Without it, all of the rectangle is. */
  mask: z.string().max(24_000_000).optional(),
  /** How it is repaired. */
  damage: kindOfDamage,
  /** 0..1; from 0.5 on it counts as damage. */
  certainty: z.number().min(0).max(1),
});
export type FoundPlace = z.infer<typeof foundPlace>;

export const findResult = z.strictObject({
  /** The surest first. */
  places: z.array(foundPlace),
  notices: z.array(z.string()),
});
export type FindResult = z.infer<typeof findResult>;

export const wholeResult = z.strictObject({
  /** None where the photo is in good order. */
  patches: z.array(patchInfo),
  report: wholeReport,
  /** Execution provider that computed. */
  provider: z.string(),
  seconds: z.number(),
  notices: z.array(z.string()),
});
export type WholeResult = z.infer<typeof wholeResult>;

const work = { photo: photoId, layers, job: z.uuid() };

/**
 * What is done with a whole photo, on top of the given layers. `restore.progress` tells how far a job has come,
 * `restore.cancel` ends it; it then fails with `restore/cancelled`.
 */
export const wholePhotoRequests = {
  'whole.find': { in: z.strictObject(work), out: findResult },
  'whole.repair': {
    in: z.strictObject({ ...work, model: z.string().max(64), steps: wholeSteps }),
    out: wholeResult,
  },
} as const satisfies Record<(typeof wholePhotoRequestNames)[number], { in: z.ZodType; out: z.ZodType }>;
