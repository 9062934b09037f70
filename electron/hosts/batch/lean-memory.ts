import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Often enough that memory stays flat, and seldom enough that its time (some 15 ms) does not count. */
const everyPhotos = 16;

/**
 * Keeps V8 from enlarging the space for young objects, which in this process are few: the pixels lie elsewhere. It would
 * do so while the program is loaded, so this comes ahead of that.
 */
export function keepYoungSpaceSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Keeps the process of a batch as small after thousands of photos as after twenty. */
export class LeanMemory {
  readonly #collect: unknown;
  #photos = 0;

  /** Pixels lie outside of the heap that V8 watches: it sees a small heap and lets what is no longer used lie. */
  constructor() {
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('typeof gc === "function" ? gc : undefined');
  }

  photoDone(): void {
    if (++this.#photos % everyPhotos === 0) this.collect();
  }

  /** Gives back what is no longer used, where V8 lets itself be told. */
  collect(): void {
    if (typeof this.#collect === 'function') this.#collect();
  }

  /** After a lot was made and dropped: V8 tells pages that are nearly empty in one go, and empties them in the next. */
  collectThoroughly(): void {
    this.collect();
    this.collect();
  }
}
