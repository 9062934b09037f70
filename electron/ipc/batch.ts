import { z } from 'zod';
import { damageChoice } from './document.ts';

/*
 * What a person decides once for a whole folder. Plain data: it crosses processes and is kept in the journal, so that a
 * run that was interrupted goes on exactly as it began.
 */

export const corner = z.enum(['top-left', 'top-right', 'bottom-left', 'bottom-right']);
export type Corner = z.infer<typeof corner>;

/** A rectangle that is laid on every photo. */
export const placedRect = z.strictObject({
  /** Pixels of the upright photo, or parts (0..1) of its width and height. */
  unit: z.enum(['px', 'part']),
  /** From which corner `x` and `y` count, inward, to the rectangle's nearest corner. */
  corner,
  x: z.number().min(0).max(1_000_000),
  y: z.number().min(0).max(1_000_000),
  width: z.number().positive().max(1_000_000),
  height: z.number().positive().max(1_000_000),
  /** Base64 of an 8-bit PNG; stretched to the rectangle where that is scaled. */
  mask: z.string().max(24_000_000).optional(),
  damage: damageChoice,
});
export type PlacedRect = z.infer<typeof placedRect>;

/** Where photos are repaired. Folders and files of masks are named apart, since a page must not know paths. */
export const where = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('found'), minConfidence: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal('rects'), rects: z.array(placedRect).min(1).max(500) }),
  z.strictObject({ kind: z.literal('masks'), damage: damageChoice }),
  z.strictObject({ kind: z.literal('sidecar') }),
  z.strictObject({ kind: z.literal('whole'), damage: damageChoice }),
]);
export type Where = z.infer<typeof where>;

/** How photos are repaired and saved. */
export const how = z.strictObject({
  /** A model's id, `auto` for the best one for each damage, `none` for classical methods only. */
  model: z.string().max(4096),
  provider: z.enum(['auto', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu']),
  strength: z.number().min(0).max(1),
  /** `same`: as the original. */
  format: z.enum(['same', 'jpeg', 'png', 'webp', 'avif', 'tiff']),
  /** 1..100; 0 means as the original, or the format's usual one. */
  quality: z.int().min(0).max(100),
  keepMetadata: z.boolean(),
  markAsReconstructed: z.boolean(),
  /** Photos that are cut off are repaired as far as they can be read. */
  tolerant: z.boolean(),
  /** What becomes of a photo that needs no repair: a copy, byte by byte, or nothing. */
  clean: z.enum(['copy', 'skip']),
});
export type How = z.infer<typeof how>;

/** How results are called; see `batch/names.ts`. */
export const naming = z.strictObject({
  pattern: z.string().min(1).max(200),
  /** Where a file of that name is there already. `replace-own` replaces what an earlier batch wrote, nothing else. */
  exists: z.enum(['skip', 'number', 'replace-own']),
});
export type Naming = z.infer<typeof naming>;

export const batchSettings = z.strictObject({ where, how, naming });
export type BatchSettings = z.infer<typeof batchSettings>;
