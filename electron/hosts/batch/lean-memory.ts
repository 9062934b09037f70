import { setFlagsFromString } from 'node:v8';
import { collectGarbage } from '../../engine/garbage.ts';

/** Often enough that memory stays flat, and seldom enough that its time (some 15 ms) does not count. */
const everyPhotos = 16;

/**
 * Keeps V8 from enlarging the space for young objects, which in this process are few: the pixels lie elsewhere. It would
 * do so while the program is loaded, so this comes ahead of that.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/**
 * Keeps the process of a batch as small after thousands of photos as after twenty. Pixels lie outside of the heap that V8
 * watches: it sees a small heap and lets what is no longer used lie.
 */
export class LeanMemory {
  #photos = 0;

  photoDone(): void {
    if (++this.#photos % everyPhotos === 0) collectGarbage();
  }

  /** After a lot was made and dropped: V8 tells pages that are nearly empty in one go, and empties them in the next. */
  collectThoroughly(): void {
    collectGarbage();
    collectGarbage();
  }
}
