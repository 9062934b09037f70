import type { LibraryPhoto } from './library.ts';

/** Shares of the photos kept for validation, and for the verdict at the end. */
const validationShare = 0.08;
const testShare = 0.06;
/** Small libraries keep a larger part for the verdict: a handful of photos proves nothing. */
const fewestTestPhotos = 12;
const largestTestShare = 0.2;

export interface LibrarySplit {
  readonly training: LibraryPhoto[];
  readonly validation: LibraryPhoto[];
  /** Neither trained on nor used to choose the best weights. */
  readonly test: LibraryPhoto[];
}

/**
 * Splits photos into those to train on, those to validate with and, where asked for, those for the verdict. A photo's
 * side follows from the hash of its content, so that a growing library hardly ever moves a photo to another side.
 */
export function splitLibrary(photos: readonly LibraryPhoto[], keepsTestPhotos = false): LibrarySplit {
  const training: LibraryPhoto[] = [];
  const validation: LibraryPhoto[] = [];
  for (const photo of photos) (placeOf(photo) < validationShare ? validation : training).push(photo);
  // A handful of photos may fall on one side alone.
  if (validation.length === 0 && training.length > 1) validation.push(...training.splice(-1));
  if (training.length === 0 && validation.length > 1) training.push(...validation.splice(-1));
  if (!keepsTestPhotos || training.length < 2) return { training, validation, test: [] };
  const wanted = Math.max(
    Math.round(photos.length * testShare),
    Math.min(fewestTestPhotos, Math.floor(photos.length * largestTestShare)),
    1,
  );
  const farthest = training.toSorted((a, b) => placeOf(b) - placeOf(a)).slice(0, wanted);
  const kept = new Set(farthest.map(({ hash }) => hash));
  return {
    training: training.filter(({ hash }) => !kept.has(hash)),
    validation,
    test: training.filter(({ hash }) => kept.has(hash)),
  };
}

/** 0..1, evenly over all contents. */
function placeOf(photo: LibraryPhoto): number {
  return Number.parseInt(photo.hash.slice(-8), 16) / 2 ** 32;
}
