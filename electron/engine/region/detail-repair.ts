import { blurStart } from '../classical/blur.ts';
import { mosaicStart, type ObservedMosaic, observeMosaic, projectToMeans } from '../classical/mosaic.ts';
import type { Damage } from '../damage/kinds.ts';
import { maskBounds } from '../pixels/mask.ts';
import type { Planes, Rect } from '../pixels/planes.ts';
import { growRect } from '../pixels/rects.ts';
import { featherInward } from './feather.ts';
import type { Repair } from './planned-repair.ts';
import { cutTile, joinTiles, type Network, type NetworkInput, planTiles, type Tile } from './tiles.ts';
import { enlargeChange, type StrengthLimits, shrink, shrinkFactor } from './working-scale.ts';

/** A network for a kind of damage. */
export interface DetailNetwork extends Network {
  readonly limits: StrengthLimits;
}

/** Blends over the region's border, inward. Blur and mosaic results meet their surroundings closely by themselves. */
const detailFeatherPx = 2;

type Detail = Extract<Damage, { kind: 'blur' | 'mosaic' }>;

/** Adds what a network knows to the classical estimate of a window. */
type AddDetail = (tileDone: () => Promise<void>) => Promise<Planes>;

/** What can be known of a window before the network has seen it. */
interface Beginning {
  readonly observed: ObservedMosaic | undefined;
  readonly start: Planes;
  readonly weights: Planes;
  /** Undefined where there is no network. */
  readonly addDetail: AddDetail | undefined;
}

/**
 * Plans the repair of a blur or a mosaic: the classical estimate, and what a network knows on top of it.
 * @param known the beginning, where it was made ahead of time
 */
export function planDetail(
  damage: Detail,
  mask: Planes,
  network: DetailNetwork | undefined,
  known?: Beginning,
): Repair {
  const factor = network === undefined ? 1 : shrinkFactor(damage, network.limits);
  const box = scaledBox(mask, factor);
  const tiles = network === undefined ? [] : planTiles(box.width, box.height, box.rect, network);
  const begin = (window: Planes, fullMask: Planes): Beginning => {
    const observed = damage.kind === 'mosaic' ? observeMosaic(window, damage.grid, fullMask) : undefined;
    const start = classicalStart(window, damage, fullMask, observed);
    const weights = featherInward(fullMask, detailFeatherPx);
    const addDetail =
      network === undefined
        ? undefined
        : detailAdder(network, { window, start, mask: fullMask, damage, factor }, tiles);
    return { observed, start, weights, addDetail };
  };
  return {
    tiles: Math.max(1, tiles.length),
    prepared: (window, fullMask) => planDetail(damage, mask, network, begin(window, fullMask)),
    run: async (window, fullMask, tileDone) => {
      const { observed, start, weights, addDetail } = known ?? begin(window, fullMask);
      const result =
        addDetail === undefined ? { ...start, data: start.data.slice() } : await addDetail(tileDone);
      if (addDetail === undefined) await tileDone();
      // The mean of every block is known: putting it right can only lower the squared error.
      return { result: observed === undefined ? result : projectToMeans(result, observed), weights };
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

/** The best estimate without a network; for other damage than blur and mosaics the window itself. */
export function classicalStart(
  window: Planes,
  damage: Damage,
  mask: Planes,
  observed?: ObservedMosaic,
): Planes {
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

/** A window with its classical estimate, and how many times smaller the network is to see it. */
interface DetailWindow {
  readonly window: Planes;
  readonly start: Planes;
  readonly mask: Planes;
  readonly damage: Detail;
  readonly factor: number;
}

/**
 * Runs the network at working scale and adds to the full-size classical estimate what the network changed of the
 * small one. What no network can see at the smaller size stays as the classical method left it.
 */
function detailAdder(
  network: DetailNetwork,
  { window, start, mask, damage, factor }: DetailWindow,
  tiles: readonly Tile[],
): AddDetail {
  const small = shrink(window, mask, damage, factor);
  const smallStart = factor === 1 ? start : classicalStart(small.window, small.damage, small.mask);
  const input = networkInput(small.window, smallStart, small.mask, small.damage);
  // The first tile is ready to run; all of them at once would take much memory.
  const [first] = tiles;
  const runFirst = network.prepare?.(cutTile(input, first));
  return async (tileDone) => {
    const output = await joinTiles(smallStart, tiles, async (tile) => {
      const isReady = tile === first && runFirst !== undefined;
      const result = await (isReady ? runFirst() : network.run(cutTile(input, tile)));
      await tileDone();
      return result;
    });
    return factor === 1 ? output : enlargeChange(start, smallStart, output, factor);
  };
}
