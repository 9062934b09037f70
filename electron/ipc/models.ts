import { z } from 'zod';
import { importAnswersSchema } from '../engine/models/answers.ts';

/** A model that is here. */
export const modelInfo = z.strictObject({
  id: z.string(),
  name: z.string(),
  licence: z.string(),
  /** Who made it, or what it was imported from. */
  source: z.string(),
  /** Kind of model, see `engine/models/adapters/by-name.ts`. */
  family: z.string(),
  damage: z.array(z.string()),
  bytes: z.int(),
  bundled: z.boolean(),
  /** Trained with Photomend, by whoever has this computer. */
  trained: z.boolean(),
  /** The person made it the one that is used where it suits. */
  isDefault: z.boolean(),
  canBeDefault: z.boolean(),
  /** Of models such as CodeFormer: 0 is the finest picture, 1 the closest to what was there. */
  fidelity: z.number().optional(),
});
export type ModelInfo = z.infer<typeof modelInfo>;

/** A file that was chosen for import, and what it is taken for. */
export const modelDraft = z.strictObject({
  /** For `models.import`. */
  draft: z.uuid(),
  name: z.string(),
  family: z.string(),
  damage: z.array(z.string()),
  bytes: z.int(),
  /** What was guessed and is worth asking. */
  guessed: z.array(z.enum(['adapter', 'range', 'order'])),
  /** The guesses, or what the file tells. */
  range: z.string().optional(),
  order: z.string().optional(),
});
export type ModelDraft = z.infer<typeof modelDraft>;

export const modelAnswers = importAnswersSchema;
export type ModelAnswers = z.infer<typeof modelAnswers>;

/** A public model that can be had. */
export const catalogueModel = z.strictObject({
  id: z.string(),
  name: z.string(),
  family: z.string(),
  licence: z.string(),
  commercial: z.boolean(),
  page: z.string(),
  /** Null where it must be got by hand. */
  bytes: z.int().nullable(),
  isHere: z.boolean(),
});
export type CatalogueModelInfo = z.infer<typeof catalogueModel>;
