import { z } from 'zod';

export const photoId = z.uuid();

/** In pixels of the upright photo. */
export const rect = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
});

const positive = z.number().positive().max(10_000);
const offset = z.number().min(0).max(10_000);

/** What is wrong, with its measure; the grid's offsets count from the region's upper left corner. */
export const kindOfDamage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('blur'), sigmaPx: positive }),
  z.strictObject({
    kind: z.literal('mosaic'),
    grid: z.strictObject({ pitchX: positive, pitchY: positive, offsetX: offset, offsetY: offset }),
  }),
  z.strictObject({ kind: z.literal('stain') }),
  z.strictObject({ kind: z.literal('scratch') }),
  z.strictObject({ kind: z.literal('fill') }),
  z.strictObject({ kind: z.literal('colour') }),
]);
export type DamageMeasure = z.infer<typeof kindOfDamage>;

/** What the person says about it: nothing (analysis decides), a kind (analysis measures), or a measure. */
export const damageChoice = z.union([
  z.enum(['auto', 'blur', 'mosaic', 'stain', 'scratch', 'fill', 'colour']),
  kindOfDamage,
]);
export type DamageSetting = z.infer<typeof damageChoice>;

/** A part of the photo that is to be restored. */
export const maskedRegion = z.strictObject({
  id: z.uuid(),
  rect,
  /** Base64 of an 8-bit grey (or RGBA, red counts) PNG of the rectangle's size; white is damaged. */
  mask: z.string().max(24_000_000).optional(),
  damage: damageChoice,
  /** A model's id, `auto` for the best one for the damage, `none` for classical methods only. */
  model: z.string().max(64),
});
export type MaskedRegion = z.infer<typeof maskedRegion>;

/** One restoration of one region: patches over the untouched photo. */
export const edit = z.strictObject({
  id: z.uuid(),
  region: maskedRegion,
  damage: kindOfDamage,
  patches: z.array(z.strictObject({ id: z.uuid(), rect })).max(100),
  strength: z.number().min(0).max(1),
  enabled: z.boolean(),
  provider: z.string().max(40),
  seconds: z.number(),
  /** ISO 8601. */
  madeAt: z.string().max(40),
});
export type Edit = z.infer<typeof edit>;

/** The work on one photo: what is selected and what was restored. Undo moves between such documents. */
export const document = z.strictObject({
  regions: z.array(maskedRegion).max(500),
  edits: z.array(edit).max(1000),
});
export type PhotoDocument = z.infer<typeof document>;
