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

/** What damage that was found looks like. */
export const foundKind = z.enum(['stain', 'scratch', 'dust', 'mosaic', 'blur']);
export type FoundKind = z.infer<typeof foundKind>;

/** A part of the photo that is to be restored. */
export const maskedRegion = z.strictObject({
  id: z.uuid(),
  rect,
  /** Base64 of an 8-bit grey (or RGBA, red counts) PNG of the rectangle's size; white is damaged. */
  mask: z.string().max(24_000_000).optional(),
  damage: damageChoice,
  /** A model's id, `auto` for the best one for the damage, `none` for classical methods only. */
  model: z.string().max(64),
  /** As what it was found, for regions that nobody drew, and that are as they were found. */
  found: foundKind.optional(),
});
export type MaskedRegion = z.infer<typeof maskedRegion>;

/** Patches over the untouched photo, and how they are laid on it. */
const layer = {
  id: z.uuid(),
  patches: z.array(z.strictObject({ id: z.uuid(), rect })).max(5000),
  strength: z.number().min(0).max(1),
  enabled: z.boolean(),
  provider: z.string().max(40),
  seconds: z.number(),
  /** ISO 8601. */
  madeAt: z.string().max(40),
};

/** One restoration of one region. */
export const regionEdit = z.strictObject({ ...layer, region: maskedRegion, damage: kindOfDamage });
export type RegionEdit = z.infer<typeof regionEdit>;

/** What the repair of a whole photo may do; each step acts only where the photo needs it. */
export const wholeSteps = z.strictObject({
  /** Damage that is found: scratches, dust, stains, mosaics, blurred rectangles. */
  marks: z.boolean(),
  /** Faded colours and contrast. */
  fading: z.boolean(),
  noise: z.boolean(),
  /** Traces of JPEG. */
  jpeg: z.boolean(),
});
export type WholeSteps = z.infer<typeof wholeSteps>;

/** What was found out about a whole photo and done to it. */
export const wholeReport = z.strictObject({
  /** Places that were found and repaired. */
  marks: z.int().min(0),
  /** 0..1: how faded the photo was; 0 where its tones were left alone. */
  fading: z.number().min(0).max(1),
  /** Levels of 255 of the noise that was cleaned away, `null` where none was. */
  noise: z.number().nullable(),
  /** Quality 1..100 of the compression whose traces were cleaned away, `null` where none were. */
  jpeg: z.number().nullable(),
});
export type WholeReport = z.infer<typeof wholeReport>;

/** One repair of the whole photo. */
export const wholeEdit = z.strictObject({
  ...layer,
  whole: z.strictObject({ steps: wholeSteps, report: wholeReport, model: z.string().max(64) }),
});
export type WholeEdit = z.infer<typeof wholeEdit>;

export const edit = z.union([regionEdit, wholeEdit]);
export type Edit = z.infer<typeof edit>;

/** The work on one photo: what is selected and what was restored. Undo moves between such documents. */
export const document = z.strictObject({
  regions: z.array(maskedRegion).max(500),
  edits: z.array(edit).max(1000),
});
export type PhotoDocument = z.infer<typeof document>;
