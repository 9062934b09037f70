import { AppError } from '../errors.ts';
import type { Planes } from '../pixels/planes.ts';
import type { DetailNetwork } from '../region/detail-repair.ts';
import { type NetworkInput, planTiles, runTiles } from '../region/tiles.ts';
import type { PlainTensor } from '../runtime/session.ts';
import { tileBinding } from './adapters/binding.ts';
import { type Manifest, smallestTilePx } from './manifest.ts';
import { isFinitePicture } from './output.ts';

/** A loaded model, as much of it as is needed here (see runtime/session.ts). */
export interface RunnableModel {
  readonly provider: string;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** @param wanted the outputs to compute; without it, all */
  run(
    feeds: Readonly<Record<string, PlainTensor>>,
    wanted?: readonly string[],
  ): Promise<Record<string, PlainTensor>>;
}

/** What a network does when a tile is too much for the device. */
export interface FallbackOptions {
  /** Whether smaller tiles may help against an error. */
  readonly isWorthRetryingSmaller: (error: unknown) => boolean;
  /** The same model on the processor; undefined where it runs there already. */
  readonly openOnCpu: (() => Promise<RunnableModel>) | undefined;
  /** Tells a person what changed on the way, as a sentence and as a code for translation. */
  readonly onNotice: (notice: string, code: NoticeCode) => void;
}

export type NoticeCode = 'smaller-tiles' | 'provider-failed' | 'invented-face';

/** Smaller tiles help no device. */
const usefulTilePx = 96;

/**
 * A model as the pipeline sees it. A tile that fails is halved until it passes; where even the smallest fails on a
 * GPU, the processor takes over for good. The size that worked is kept for the tiles that follow.
 */
export function makeNetwork(
  manifest: Manifest,
  session: RunnableModel,
  fallback: FallbackOptions,
): DetailNetwork {
  const { tileSizePx, marginPx, sizeMultiple } = manifest;
  const binding = tileBinding(manifest);
  let current = session;
  let tilePx = tileSizePx;
  let onCpu = fallback.openOnCpu === undefined;
  // Parts that were no smaller than the whole would never end; where the margins outweigh the core, they cost too much.
  const leastTilePx = Math.max(
    usefulTilePx,
    smallestTilePx(marginPx, sizeMultiple),
    sizeMultiple + 3 * marginPx,
  );

  /** A tile as the model takes it. */
  function pack(input: NetworkInput) {
    const fitted = binding.fit(input);
    return { fitted, feeds: binding.feeds(fitted, current) };
  }

  async function runWhole(input: NetworkInput, { fitted, feeds }: ReturnType<typeof pack>): Promise<Planes> {
    const outputs = await current.run(feeds, binding.wanted(current));
    const result = binding.result(outputs, fitted, input.window);
    if (!isFinitePicture(result)) throw noNumbers(current.provider);
    return result;
  }

  async function run(input: NetworkInput, packed?: ReturnType<typeof pack>): Promise<Planes> {
    const { width, height } = input.window;
    if (Math.max(width, height) > tilePx) return runInParts(input);
    try {
      return await runWhole(input, packed ?? pack(input));
    } catch (error) {
      if (!fallback.isWorthRetryingSmaller(error)) throw error;
      const smallerPx = Math.max(leastTilePx, Math.ceil(Math.max(width, height) / 2));
      if (smallerPx < Math.max(width, height) && manifest.signature?.size === undefined) {
        tilePx = smallerPx;
        fallback.onNotice(
          `Too much for ${current.provider} at once: going on in tiles of ${tilePx} pixels.`,
          'smaller-tiles',
        );
        return runInParts(input);
      }
      if (onCpu || fallback.openOnCpu === undefined) throw error;
      current = await fallback.openOnCpu();
      onCpu = true;
      tilePx = tileSizePx;
      fallback.onNotice(`${session.provider} failed: going on with the processor.`, 'provider-failed');
      return run(input);
    }
  }

  async function runInParts(input: NetworkInput): Promise<Planes> {
    const { width, height } = input.window;
    const tiles = planTiles(
      width,
      height,
      { x: 0, y: 0, width, height },
      { tileSizePx: tilePx, marginPx, sizeMultiple },
    );
    const outside = manifest.adapter === 'defects' ? input.mask : input.start;
    return runTiles(input, outside, tiles, (tile) => run(tile));
  }

  function prepare(input: NetworkInput): () => Promise<Planes> {
    const { width, height } = input.window;
    const packed = Math.max(width, height) > tilePx ? undefined : pack(input);
    return () => run(input, packed);
  }

  return {
    id: manifest.id,
    tileSizePx,
    marginPx,
    sizeMultiple,
    limits: manifest.limits,
    ...(manifest.find !== undefined && { find: manifest.find }),
    run: (input) => run(input),
    prepare,
  };
}

/** On a GPU the driver may be at fault, on the processor it is the model. */
export function noNumbers(provider: string): AppError {
  const code = provider === 'cpu' ? 'model/wrong-output' : 'runtime/provider-failed';
  return new AppError(code, `The model's result on ${provider} holds values that are no numbers.`);
}
