import { z } from 'zod';
import { rect } from './document.ts';

/** Patches to be laid over the photo, in this order. */
export const layers = z
  .array(z.strictObject({ patch: z.uuid(), strength: z.number().min(0).max(1) }))
  .max(10_000);
export type Layers = z.infer<typeof layers>;

export const patchInfo = z.strictObject({ id: z.uuid(), rect });
export type PatchInfo = z.infer<typeof patchInfo>;
