import type { How, Naming } from './batch.ts';

export const defaultHow: How = {
  model: 'auto',
  provider: 'auto',
  strength: 1,
  format: 'same',
  quality: 0,
  keepMetadata: true,
  markAsReconstructed: true,
  tolerant: false,
  clean: 'copy',
};
/** The slider of the least confidence goes from 0 to 1 in so many steps. */
export const confidenceSteps = 20;
export const defaultNaming: Naming = { pattern: '{name}', exists: 'skip' };
