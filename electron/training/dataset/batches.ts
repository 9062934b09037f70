import { AppError } from '../../engine/errors.ts';
import { decodeRgb8 } from '../../engine/photo/decode-rgb8.ts';
import { combineSeeds, createRandom } from '../../engine/pixels/random.ts';
import type { Batch, FeedJob } from './feed.ts';
import { type Recipe, type RgbPhoto, recipeChannels } from './recipe.ts';
import { makeSample } from './sample.ts';

/**
 * Photos are decoded to at most this: training wants many photos in the cache rather than large ones. The article's
 * box is 200 pixels of the photo as it is, so its photos are kept larger.
 */
const decodeSidePx: Readonly<Record<Recipe, number>> = {
  article: 1536,
  detail: 768,
  fill: 768,
  defects: 768,
};
/** Photos that could be decoded at the scan but no more are replaced by the next, up to so many in a row. */
const maxReplacements = 20;

/** Makes batch k from the seed, k and the photos alone; decoded photos are kept in a bounded cache. */
export class BatchMaker {
  readonly #job: FeedJob;
  readonly #cache = new Map<string, RgbPhoto>();
  #cachedBytes = 0;
  #order: { epoch: number; indices: Uint32Array } | undefined;

  constructor(job: FeedJob) {
    this.#job = job;
  }

  /** Bytes of decoded photos that are held; at most the job's `cacheBytes`. */
  get cachedBytes(): number {
    return this.#cachedBytes;
  }

  async make(step: number): Promise<Batch> {
    const { batch: n, sizePx, recipe, seed, mix } = this.#job;
    const channels = recipeChannels[recipe];
    const pixels = sizePx * sizePx;
    const input = new Float32Array(n * channels.input * pixels);
    const target = new Float32Array(n * channels.target * pixels);
    const mask = new Float32Array(n * pixels);
    const weight = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const position = step * n + i;
      const photo = await this.#photoAt(position);
      const sample = makeSample(recipe, photo, sizePx, createRandom(combineSeeds(seed, position)), mix);
      input.set(sample.input, i * channels.input * pixels);
      target.set(sample.target, i * channels.target * pixels);
      mask.set(sample.mask, i * pixels);
      weight[i] = sample.weight;
    }
    return { step, input, target, mask, weight };
  }

  /** The photo of a position in the endless sequence of shuffled epochs. */
  async #photoAt(position: number): Promise<RgbPhoto> {
    const { photos } = this.#job;
    let failure: unknown;
    for (let replacement = 0; replacement < maxReplacements; replacement++) {
      const { path } = photos[this.#indexAt(position + replacement)];
      try {
        return await this.#decoded(path);
      } catch (error) {
        failure = error;
      }
    }
    throw new AppError('train/photos-gone', 'Too many photos can no longer be read.', {
      hint: 'Is the drive with the photos still there? Put it back and continue the training.',
      cause: failure,
    });
  }

  #indexAt(position: number): number {
    const count = this.#job.photos.length;
    const epoch = Math.floor(position / count);
    if (this.#order?.epoch !== epoch) {
      const random = createRandom(combineSeeds(this.#job.seed, 0xe90c, epoch));
      const indices = Uint32Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = random.integer(0, i + 1);
        [indices[i], indices[j]] = [indices[j], indices[i]];
      }
      this.#order = { epoch, indices };
    }
    return this.#order.indices[position % count];
  }

  async #decoded(path: string): Promise<RgbPhoto> {
    const known = this.#cache.get(path);
    if (known !== undefined) {
      // Moved to the end: the first of a Map is the one that was not asked for longest.
      this.#cache.delete(path);
      this.#cache.set(path, known);
      return known;
    }
    const photo = await decodeRgb8(path, { maxSidePx: decodeSidePx[this.#job.recipe] });
    for (const [oldest, { data }] of this.#cache) {
      if (this.#cachedBytes + photo.data.length <= this.#job.cacheBytes) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= data.length;
    }
    if (photo.data.length <= this.#job.cacheBytes) {
      this.#cache.set(path, photo);
      this.#cachedBytes += photo.data.length;
    }
    return photo;
  }
}
