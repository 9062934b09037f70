import { blurStart } from '../classical/blur.ts';
import { diffuseFill } from '../classical/fill.ts';
import { mosaicStart, type ObservedMosaic, observeMosaic, projectToMeans } from '../classical/mosaic.ts';
import { defectMap } from '../damage/defect-map.ts';
import type { Damage, DamageKind } from '../damage/kinds.ts';
import { AppError } from '../errors.ts';
import { maskBounds } from '../pixels/mask.ts';
import { createPlanes, type Planes, type Rect } from '../pixels/planes.ts';
import { damagedPixels } from './damaged-pixels.ts';
import { featherInward } from './feather.ts';
import { growRect } from './region.ts';
import { type Network, type NetworkInput, planTiles, runTiles, type Tile } from './tiles.ts';
import type { WindowModel } from './window-model.ts';
import { enlargeChange, type StrengthLimits, shrink, shrinkFactor } from './working-scale.ts';

/** A network for a kind of damage. */
export interface DetailNetwork extends Network {
  readonly limits: StrengthLimits;
}

/** What repairs are made with. */
export interface RepairTools {
  /** The network for a kind of damage; undefined repairs by classical means alone. */
  readonly networkFor: (kind: DamageKind) => Promise<DetailNetwork | undefined>;
  /** Marks damaged pixels, for kinds `stain` and `scratch`; undefined uses the classical detector. */
  readonly defectNetwork: () => Promise<Network | undefined>;
  /** A model of another kind for it: one that fills the damaged pixels, or makes the region anew. */
  readonly windowModelFor?: (kind: DamageKind) => Promise<WindowModel | undefined>;
}

/** A result the size of the window and how much of it shows where. */
export interface Repaired {
  readonly result: Planes;
  readonly weights: Planes;
}

/** A repair that is ready to run: how many tiles it takes, and the work itself. */
export interface Repair {
  readonly tiles: number;
  /** The same with what can be done ahead of time behind it, for this window and mask. */
  prepared?(window: Planes, mask: Planes): Repair;
  run(window: Planes, mask: Planes, tileDone: () => Promise<void>): Promise<Repaired>;
}

/** Blends over the region's border, inward. Blur and mosaic results meet their surroundings closely by themselves. */
const detailFeatherPx = 2;
/** What a model makes anew may meet its surroundings less closely. */
const remakeFeatherPx = 6;

/** Chooses and prepares the repair of one window. `damage` counts from the window's corner. */
export async function planRepair(damage: Damage, mask: Planes, tools: RepairTools): Promise<Repair> {
  const model = await tools.windowModelFor?.(damage.kind);
  if (model?.use === 'remake') return planRemake(damage, mask, model);
  switch (damage.kind) {
    case 'blur':
    case 'mosaic':
      return planDetail(damage, mask, await tools.networkFor(damage.kind));
    case 'stain':
    case 'scratch':
      return planDefects(damage, mask, await tools.defectNetwork(), await fillerOf(tools, model));
    case 'fill':
      return planFill(mask, await fillerOf(tools, model));
    case 'colour':
      throw new AppError('model/none-for-colour', 'Bringing back colour needs a model, and there is none.', {
        hint: 'Import a model such as DDColor and choose it.',
      });
  }
}

/** Fills the pixels of a mask (0 or 1); the other pixels of what it gives are not looked at. */
interface Filler {
  /** How many tiles it takes. */
  runs(mask: Planes): number;
  run(window: Planes, mask: Planes, tileDone: () => Promise<void>): Promise<Planes>;
}

/** A model of others where there is one, else diffusion, corrected by our own network where that is at hand. */
async function fillerOf(tools: RepairTools, model: WindowModel | undefined): Promise<Filler> {
  if (model !== undefined) return model;
  const network = await tools.networkFor('fill');
  if (network === undefined) return { runs: () => 0, run: async (window, mask) => diffuseFill(window, mask) };
  const tilesOf = (mask: Planes) => {
    const box = maskBounds(mask);
    return box === undefined ? [] : planTiles(mask.width, mask.height, box, network);
  };
  return {
    runs: (mask) => tilesOf(mask).length,
    run: async (window, mask, tileDone) => {
      const start = diffuseFill(window, mask);
      const input = { window, start, mask, blurSigmaPx: 0, mosaicPitchPx: 0 };
      return runTiles(input, start, tilesOf(mask), async (tile) => {
        const result = await network.run(tile);
        await tileDone();
        return result;
      });
    },
  };
}

/** A region made anew by a model that sees it whole. */
function planRemake(damage: Damage, mask: Planes, model: WindowModel): Repair {
  return {
    tiles: model.runs(mask),
    run: async (window, fullMask, tileDone) => ({
      // The blocks of a mosaic are nothing that such models know; a blur is.
      result: await model.run(
        damage.kind === 'mosaic' ? classicalStart(window, damage, fullMask) : window,
        fullMask,
        tileDone,
      ),
      weights: featherInward(fullMask, remakeFeatherPx),
    }),
  };
}

type Detail = Extract<Damage, { kind: 'blur' | 'mosaic' }>;

/** What is known of a window before the network sees it. */
interface Beginning {
  readonly observed: ObservedMosaic | undefined;
  readonly start: Planes;
}

function beginningOf(window: Planes, damage: Detail, mask: Planes): Beginning {
  const observed = damage.kind === 'mosaic' ? observeMosaic(window, damage.grid, mask) : undefined;
  return { observed, start: classicalStart(window, damage, mask, observed) };
}

/** @param known the beginning, where it was made ahead of time */
function planDetail(
  damage: Detail,
  mask: Planes,
  network: DetailNetwork | undefined,
  known?: Beginning,
): Repair {
  const factor = network === undefined ? 1 : shrinkFactor(damage, network.limits);
  const box = scaledBox(mask, factor);
  const tiles = network === undefined ? [] : planTiles(box.width, box.height, box.rect, network);
  return {
    tiles: Math.max(1, tiles.length),
    prepared: (window, fullMask) => planDetail(damage, mask, network, beginningOf(window, damage, fullMask)),
    run: async (window, fullMask, tileDone) => {
      const { observed, start } = known ?? beginningOf(window, damage, fullMask);
      const result =
        network === undefined
          ? { ...start, data: start.data.slice() }
          : await addDetail(network, window, start, fullMask, damage, factor, tiles, tileDone);
      if (network === undefined) await tileDone();
      return {
        // The mean of every block is known: putting it right can only lower the squared error.
        result: observed === undefined ? result : projectToMeans(result, observed),
        weights: featherInward(fullMask, detailFeatherPx),
      };
    },
  };
}

/** The mask's bounds at working scale, and the working size. */
function scaledBox(mask: Planes, factor: number): { width: number; height: number; rect: Rect } {
  const { mask: small } = shrink(mask, mask, { kind: 'fill' }, factor);
  const { width, height } = small;
  const rect = maskBounds(small) ?? { x: 0, y: 0, width, height };
  // What is enlarged again reads a little beyond its edge.
  return { width, height, rect: factor === 1 ? rect : growRect(rect, 2, width, height) };
}

function classicalStart(window: Planes, damage: Damage, mask: Planes, observed?: ObservedMosaic): Planes {
  if (damage.kind === 'blur') return blurStart(window, damage.sigmaPx, mask);
  return damage.kind === 'mosaic' ? mosaicStart(window, damage.grid, mask, observed) : window;
}

function networkInput(window: Planes, start: Planes, mask: Planes, damage: Damage): NetworkInput {
  return {
    window,
    start,
    mask,
    blurSigmaPx: damage.kind === 'blur' ? damage.sigmaPx : 0,
    mosaicPitchPx: damage.kind === 'mosaic' ? Math.sqrt(damage.grid.pitchX * damage.grid.pitchY) : 0,
  };
}

/**
 * Runs the network at working scale and adds to the full-size classical estimate what the network changed of the
 * small one. What no network can see at the smaller size stays as the classical method left it.
 */
async function addDetail(
  network: DetailNetwork,
  window: Planes,
  start: Planes,
  mask: Planes,
  damage: Detail,
  factor: number,
  tiles: readonly Tile[],
  tileDone: () => Promise<void>,
): Promise<Planes> {
  const small = shrink(window, mask, damage, factor);
  const smallStart = factor === 1 ? start : classicalStart(small.window, small.damage, small.mask);
  const input = networkInput(small.window, smallStart, small.mask, small.damage);
  const output = await runTiles(input, smallStart, tiles, async (tile) => {
    const result = await network.run(tile);
    await tileDone();
    return result;
  });
  return factor === 1 ? output : enlargeChange(start, smallStart, output, factor);
}

type Defect = Extract<Damage, { kind: 'stain' | 'scratch' }>;

function planDefects(damage: Defect, mask: Planes, network: Network | undefined, filler: Filler): Repair {
  const isGuessed = damage.kind === 'scratch' && damage.guessed === true;
  const box = maskBounds(mask) ?? { x: 0, y: 0, width: mask.width, height: mask.height };
  const tiles = network === undefined ? [] : planTiles(mask.width, mask.height, box, network);
  return {
    // Less may be damaged than the region; then there is less to fill.
    tiles: Math.max(1, tiles.length) + filler.runs(mask),
    run: async (window, region, tileDone) => {
      const map =
        network === undefined
          ? defectMap(window, region, isGuessed ? 'stain' : damage.kind)
          : await runTiles(
              { window, start: window, mask: region, blurSigmaPx: 0, mosaicPitchPx: 0 },
              createPlanes(window.width, window.height, 1),
              tiles,
              async (input) => {
                const output = await network.run(input);
                await tileDone();
                return output;
              },
            );
      if (network === undefined) await tileDone();
      const damaged = damagedPixels(window, map, region, isGuessed ? 'any' : damage.kind);
      // Sound pixels inside the region stay as they are, bit for bit.
      return { result: await filler.run(window, damaged, tileDone), weights: damaged };
    },
  };
}

function planFill(mask: Planes, filler: Filler): Repair {
  const runs = filler.runs(mask);
  return {
    tiles: Math.max(1, runs),
    run: async (window, fullMask, tileDone) => {
      const hole = { ...fullMask, data: fullMask.data.map((value) => (value > 0 ? 1 : 0)) };
      const result = await filler.run(window, hole, tileDone);
      if (runs === 0) await tileDone();
      return { result, weights: fullMask };
    },
  };
}
