import type { LibraryPhoto } from './library.ts';

/** Share of the photos kept for validation. */
const validationShare = 0.08;

/**
 * Splits photos into those to train on and those to validate with. A photo's side follows from the hash of its
 * content, so that a growing library never moves a photo from one side to the other.
 */
export function splitLibrary(photos: readonly LibraryPhoto[]): {
  training: LibraryPhoto[];
  validation: LibraryPhoto[];
} {
  const training: LibraryPhoto[] = [];
  const validation: LibraryPhoto[] = [];
  for (const photo of photos) {
    const place = Number.parseInt(photo.hash.slice(-8), 16) / 2 ** 32;
    if (place < validationShare) validation.push(photo);
    else training.push(photo);
  }
  // A handful of photos may fall on one side alone.
  if (validation.length === 0 && training.length > 1) validation.push(...training.splice(-1));
  if (training.length === 0 && validation.length > 1) training.push(...validation.splice(-1));
  return { training, validation };
}
