import { z } from 'zod';
import { adapterNames } from './adapters/by-name.ts';
import { channelOrders, sampleRanges } from './signature.ts';

/** What a person can say of a model that is imported. What is not said is seen in the file, or guessed. */
export const importAnswersSchema = z.strictObject({
  adapter: z.enum(adapterNames).optional(),
  /** Of the picture that goes in. */
  range: z.enum(sampleRanges).optional(),
  outputRange: z.enum(sampleRanges).optional(),
  order: z.enum(channelOrders).optional(),
  scale: z.int().min(1).max(8).optional(),
  /** What a pixel to be filled is in the mask. */
  hole: z.enum(['one', 'zero']).optional(),
  /** CodeFormer's weight: 0 is the finest picture, 1 the closest to what was there. */
  fidelity: z.number().min(0).max(1).optional(),
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
    .optional(),
  name: z.string().min(1).max(200).optional(),
  licence: z.string().max(500).optional(),
});
export type ImportAnswers = z.infer<typeof importAnswersSchema>;

/** What was guessed and is worth asking. */
export type Guess = 'adapter' | 'range' | 'order';
