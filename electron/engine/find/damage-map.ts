import type { Rect } from '../pixels/planes.ts';
import { createPlanes } from '../pixels/planes.ts';
import { type Raster, rgbPlanes } from '../pixels/raster.ts';
import { type Network, planTiles } from '../region/tiles.ts';

/** How damaged each pixel of a whole picture seems: `data[y * width + x]`, see {@link logitOf}. */
export interface DamageMap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Logits are kept in steps of an eighth, -16 to 15.9: a byte a pixel, since photos may have a hundred million. */
const stepsPerLogit = 8;
const zero = 128;

export function logitOf(byte: number): number {
  return (byte - zero) / stepsPerLogit;
}

/** The byte of the least logit that is not below `logit`. */
export function byteOf(logit: number): number {
  return Math.min(255, Math.max(0, Math.round(stepsPerLogit * logit) + zero));
}

/** What a tile of the picture needs, in the order of the tiles. */
export interface TileSteps {
  readonly tiles: number;
  /** Runs one tile. */
  run(index: number): Promise<void>;
}

/**
 * Looks at a whole picture tile by tile. Only a tile of it is ever held as floats, and each tile sees as much of its
 * surroundings as the network's results depend on, so that the map has no seams.
 */
export function planDamageMap(
  picture: Raster,
  network: Network,
): { readonly map: DamageMap; readonly steps: TileSteps } {
  const { width, height } = picture;
  const map: DamageMap = { width, height, data: new Uint8Array(width * height) };
  const tiles = planTiles(width, height, { x: 0, y: 0, width, height }, network);
  return {
    map,
    steps: {
      tiles: tiles.length,
      run: async (index) => {
        const { outer, core } = tiles[index];
        const window = rgbPlanes(picture, outer);
        const mask = createPlanes(outer.width, outer.height, 1);
        mask.data.fill(1);
        const output = await network.run({
          window,
          start: window,
          mask,
          blurSigmaPx: 0,
          mosaicPitchPx: 0,
        });
        keepCore(map, output.data, outer, core);
      },
    },
  };
}

function keepCore(map: DamageMap, chances: Float32Array, outer: Rect, core: Rect): void {
  for (let y = core.y; y < core.y + core.height; y++) {
    let from = (y - outer.y) * outer.width + core.x - outer.x;
    let to = y * map.width + core.x;
    for (let x = 0; x < core.width; x++, from++, to++) {
      const chance = Math.min(1 - 1e-7, Math.max(1e-7, chances[from]));
      map.data[to] = byteOf(Math.log(chance / (1 - chance)));
    }
  }
}
