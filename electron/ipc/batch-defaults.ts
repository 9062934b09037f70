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
export const defaultNaming: Naming = { pattern: '{name}', exists: 'skip' };
