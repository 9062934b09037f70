import { diffuseFill } from '../classical/fill.ts';
import { textureFill } from '../classical/texture-fill.ts';
import { defectMap } from '../damage/defect-map.ts';
import type { Damage, DamageKind } from '../damage/kinds.ts';
import { AppError } from '../errors.ts';
import { seldom } from '../pause.ts';
import { maskBounds } from '../pixels/mask.ts';
import { createPlanes, type Planes } from '../pixels/planes.ts';
import { damagedPixels } from './damaged-pixels.ts';
import { classicalStart, type DetailNetwork, planDetail } from './detail-repair.ts';
import { featherInward } from './feather.ts';
import type { Repair } from './planned-repair.ts';
import { type Network, planTiles, runTiles } from './tiles.ts';
import type { WindowModel } from './window-model.ts';

/** What repairs are made with. */
export interface RepairTools {
  /** The network for a kind of damage; undefined repairs by classical means alone. */
  readonly networkFor: (kind: DamageKind) => Promise<DetailNetwork | undefined>;
  /** Marks damaged pixels, for kinds `stain` and `scratch`; undefined uses the classical detector. */
  readonly defectNetwork: () => Promise<Network | undefined>;
  /** Wide holes are filled with texture from elsewhere in the picture: natural, but farther from what was there. */
  readonly addsTexture?: boolean;
  /** A model of another kind for it: one that fills the damaged pixels, or makes the region anew. */
  readonly windowModelFor?: (kind: DamageKind) => Promise<WindowModel | undefined>;
}

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
  run(window: Planes, mask: Planes, tileDone: (count?: number) => Promise<void>): Promise<Planes>;
}

/** A model of others where there is one, else smooth filling, with texture in wide holes where that is wanted. */
async function fillerOf(tools: RepairTools, model: WindowModel | undefined): Promise<Filler> {
  if (model !== undefined) return model;
  const smooth = await smoothFiller(tools);
  if (tools.addsTexture !== true) return smooth;
  return {
    // About as long as another run of the network.
    runs: (mask) => smooth.runs(mask) + 1,
    run: async (window, mask, tileDone) => {
      const filled = await smooth.run(window, mask, tileDone);
      const textured = await textureFill(
        filled,
        mask,
        seldom(() => tileDone(0)),
      );
      await tileDone();
      return textured;
    },
  };
}

/** Diffusion, corrected by our own network where that is at hand. */
async function smoothFiller(tools: RepairTools): Promise<Filler> {
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
      const kind = isGuessed ? 'any' : damage.kind;
      const damaged = await damagedPixels(
        window,
        map,
        region,
        kind,
        seldom(() => tileDone(0)),
      );
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
