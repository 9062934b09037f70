import type { Photo } from '../../engine/photo/photo.ts';
import { decodeMask } from '../../engine/photo/screen.ts';
import type { Raster } from '../../engine/pixels/raster.ts';
import type { Region } from '../../engine/region/region.ts';
import type { RestorationPlan, RestoreOptions } from '../../engine/restore.ts';
import type { MaskedRegion } from '../../ipc/document.ts';
import type { CallContext } from '../serve.ts';
import type { Anticipation } from './anticipation.ts';
import type { EngineMethods, PhotoSource, RestoreOutcome, RestoreProgressData } from './contract.ts';
import type { PatchStore } from './patch-store.ts';
import type { Toolbox } from './toolbox.ts';

/** A region as the engine takes it. @throws AppError `region/bad-mask` */
export async function engineRegion({ rect, mask, damage }: MaskedRegion): Promise<Region> {
  if (mask === undefined) return { rect, damage };
  return { rect, damage, mask: await decodeMask(Buffer.from(mask, 'base64'), rect) };
}

export interface RestoreContext {
  readonly photo: Photo;
  readonly source: PhotoSource;
  /** The photo with what was repaired before. */
  readonly base: Raster;
  readonly judge: NonNullable<RestoreOptions['judge']>;
  readonly toolbox: Toolbox;
  readonly anticipation: Anticipation;
  readonly patches: PatchStore;
  readonly call: CallContext<RestoreProgressData>;
}

/** Restores regions one after the other, each into patches of its own, so that each can be undone by itself. */
export async function restoreRegions(
  { layers, regions, provider: wanted }: EngineMethods['restore']['in'],
  { photo, source, base, judge, toolbox, anticipation, patches, call }: RestoreContext,
): Promise<RestoreOutcome> {
  const startedAt = performance.now();
  const provider = await toolbox.provider(wanted);
  const progress = new JobProgress(regions, (data) => call.progress({ ...data, provider }));
  const outcomes: RestoreOutcome['regions'][number][] = [];
  for (const [index, region] of regions.entries()) {
    const tools = await toolbox.tools(region.model, provider);
    const { plan, run } = await anticipation.take(
      { photo: source.id, layers, region, tools },
      base,
      [await engineRegion(region)],
      { ...tools, judge, signal: call.signal },
    );
    // The window asks for them while they are made, and does not have to when they are.
    const expected = plan.repairs.map(() => patches.expect());
    progress.begin(index, plan, expected);
    try {
      const {
        patches: made,
        regions: judged,
        seconds,
      } = await run({
        signal: call.signal,
        onProgress: ({ tilesDone, tiles }) => progress.update(index, tilesDone, tiles),
      });
      outcomes.push({
        region: region.id,
        damage: judged[0].damage ?? null,
        patches: made.map((patch, i) => ({
          id: patches.add(source, patch, photo.colour, expected[i]),
          rect: patch.rect,
        })),
        seconds,
      });
    } finally {
      patches.abandon(expected);
    }
  }
  return {
    regions: outcomes,
    provider,
    seconds: (performance.now() - startedAt) / 1000,
    notices: toolbox.takeNotices(),
  };
}

/** Progress over several regions; each counts by its area until its tiles are known. */
class JobProgress {
  readonly #shares: readonly number[];
  readonly #post: (data: Omit<RestoreProgressData, 'provider'>) => void;
  readonly #tiles: { done: number; all: number }[];
  readonly #startedAt = performance.now();

  constructor(regions: readonly MaskedRegion[], post: (data: Omit<RestoreProgressData, 'provider'>) => void) {
    const areas = regions.map(({ rect }) => rect.width * rect.height);
    const total = areas.reduce((sum, area) => sum + area, 0);
    this.#shares = areas.map((area) => area / total);
    this.#tiles = regions.map(() => ({ done: 0, all: 1 }));
    this.#post = post;
  }

  /** A region comes next, with patches that have these ids. */
  begin(index: number, { repairs }: RestorationPlan, patches: readonly string[]): void {
    const tiles = repairs.reduce((sum, { repair }) => sum + repair.tiles, 0);
    this.#tell(index, 0, tiles, { patches });
  }

  update(index: number, done: number, all: number): void {
    this.#tell(index, done, all);
  }

  #tell(index: number, done: number, all: number, more: Pick<RestoreProgressData, 'patches'> = {}): void {
    for (let before = 0; before < index; before++) {
      this.#tiles[before] = { done: this.#tiles[before].all, all: this.#tiles[before].all };
    }
    this.#tiles[index] = { done, all: Math.max(1, all) };
    const fraction = this.#tiles.reduce(
      (sum, tiles, i) => sum + (this.#shares[i] * tiles.done) / tiles.all,
      0,
    );
    const elapsed = (performance.now() - this.#startedAt) / 1000;
    this.#post({
      fraction,
      tilesDone: this.#tiles.reduce((sum, tiles) => sum + tiles.done, 0),
      tiles: this.#tiles.reduce((sum, tiles) => sum + tiles.all, 0),
      secondsLeft: fraction > 0 ? (elapsed * (1 - fraction)) / fraction : null,
      ...more,
    });
  }
}
