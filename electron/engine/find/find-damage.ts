import { type LineSupport, planLineSearch } from '../damage/line-support.ts';
import type { Raster } from '../pixels/raster.ts';
import { Progress, type ProgressOptions } from '../progress.ts';
import type { Network } from '../region/tiles.ts';
import { planBlurSearch } from './blurs.ts';
import { type DamageMap, logitOf, planDamageMap, type TileSteps } from './damage-map.ts';
import { type FoundKind, type FoundRegion, foundKinds } from './found.ts';
import { groupMarks } from './group-marks.ts';
import { findMarks, type Mark } from './marks.ts';
import { planMosaicSearch } from './mosaics.ts';
import { cautiousThresholds, type FindThresholds, passesGate } from './thresholds.ts';

/** What finding damage needs of a restoration's tools; without a network only mosaics and blurs are found. */
export interface FindNetworks {
  readonly defectNetwork: () => Promise<Network | undefined>;
}

export interface FindOptions extends ProgressOptions {
  /** What to look for; everything where it is left out. */
  readonly kinds?: readonly FoundKind[];
  /** Regions less certain than this (0..1) are left out; the network's own limit where it is left out. */
  readonly leastConfidence?: number;
  /** Other thresholds than those of the network. */
  readonly thresholds?: FindThresholds;
}

export interface FoundDamage {
  /** The surest first. Empty for a photo in good order. */
  readonly regions: readonly FoundRegion[];
  /** The surest of what may be damage and may be none; none in a photo without marks that count. */
  readonly doubtful: () => readonly FoundRegion[];
  /** The least confidence that counts, by kind. */
  readonly least: Readonly<Record<FoundKind, number>>;
  /** How damaged each pixel seems to the network, whether believed or not; undefined where none was asked. */
  readonly map: DamageMap | undefined;
  /** The regions with another least confidence (0..1), without looking again. */
  readonly regionsAt: (leastConfidence: number | undefined) => readonly FoundRegion[];
}

/** Confidence from which a mosaic or a blurred rectangle counts. */
const leastRectangle = 0.5;
/** So many doubtful marks are worth looking through, and quickly grouped. */
const mostDoubtful = 200;

/** A network's tile takes about as long as so many steps of the other searches. */
const networkTileSteps = 8;
/** The search for lines takes its directions in so many steps, each as long as this part of all the network's tiles. */
const lineSteps = 8;
const lineStepShare = 0.02;

/**
 * Finds damage in a whole upright picture of any size, tile by tile. Photos in good order are left alone: unless marks
 * pass the network's gate, no mark counts. The picture is not changed. Deterministic where the network is.
 * @throws AppError `restore/cancelled`, and the errors of models and execution providers
 */
export async function findDamage(
  picture: Raster,
  networks: FindNetworks,
  options: FindOptions = {},
): Promise<FoundDamage> {
  const kinds = options.kinds ?? foundKinds;
  const wantsMarks = kinds.some((kind) => kind === 'stain' || kind === 'scratch' || kind === 'dust');
  const network = wantsMarks ? await networks.defectNetwork() : undefined;
  const damage = network === undefined ? undefined : planDamageMap(picture, network);
  const mosaics = kinds.includes('mosaic') ? planMosaicSearch(picture) : undefined;
  const blurs = kinds.includes('blur') ? planBlurSearch(picture) : undefined;

  const searches: { readonly steps: TileSteps; readonly cost: number }[] = [];
  for (const search of [mosaics, blurs])
    if (search !== undefined) searches.push({ steps: search.steps, cost: 1 });
  if (damage !== undefined) searches.push({ steps: damage.steps, cost: networkTileSteps });
  const lineCost = Math.ceil(lineStepShare * networkTileSteps * (damage?.steps.tiles ?? 0));
  const progress = new Progress(
    searches.reduce((sum, { steps, cost }) => sum + cost * steps.tiles, lineSteps * lineCost),
    options,
  );
  for (const { steps, cost } of searches) {
    for (let tile = 0; tile < steps.tiles; tile++) {
      await steps.run(tile);
      await progress.tileDone(cost);
    }
  }

  const rectangles = [...(mosaics?.result() ?? []), ...(blurs?.result() ?? [])];
  const thresholds = options.thresholds ?? network?.find ?? cautiousThresholds;
  const marks =
    damage === undefined
      ? []
      : findMarks(
          damage.map,
          await linesOf(damage.map, () => progress.tileDone(lineCost)),
          picture,
          thresholds,
        );
  const wanted = marks.filter(({ kind }) => kinds.includes(kind));
  const { width, height } = picture;
  const believedAt = (leastConfidence: number | undefined) => {
    const least = leastConfidence ?? leastRectangle;
    const regions = rectangles.filter(({ confidence }) => confidence >= least);
    const others = wanted.filter((mark) => !regions.some(({ rect }) => liesIn(mark, rect)));
    return { regions, others, believed: believedMarks(others, thresholds, leastConfidence) };
  };
  const regionsAt = (leastConfidence: number | undefined) => {
    const { regions, believed } = believedAt(leastConfidence);
    return [...regions, ...groupMarks(believed, width, height)].sort((a, b) => b.confidence - a.confidence);
  };
  return {
    regions: regionsAt(options.leastConfidence),
    doubtful: () => {
      const { others, believed } = believedAt(options.leastConfidence);
      return believed.length === 0 ? [] : groupMarks(doubtfulMarks(others, believed), width, height);
    },
    least: leastOf(thresholds, options.leastConfidence),
    map: damage?.map,
    regionsAt,
  };
}

async function linesOf(map: DamageMap, stepDone: () => Promise<void>): Promise<LineSupport> {
  const search = planLineSearch(map.width, map.height, (at) => logitOf(map.data[at]));
  for (let direction = 0; direction < search.directions; direction++) {
    search.run(direction);
    if ((direction + 1) % (search.directions / lineSteps) === 0) await stepDone();
  }
  return search.result();
}

function leastOf({ least }: FindThresholds, asked: number | undefined): Record<FoundKind, number> {
  const rectangle = asked ?? leastRectangle;
  return {
    stain: asked ?? least.stain,
    scratch: asked ?? least.scratch,
    dust: asked ?? least.dust,
    mosaic: rectangle,
    blur: rectangle,
  };
}

/** The surest of the marks that were not believed. */
function doubtfulMarks(marks: readonly Mark[], believed: readonly Mark[]): Mark[] {
  const sure = new Set(believed);
  return marks
    .filter((mark) => !sure.has(mark))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, mostDoubtful);
}

/** The gate: none unless some are beyond doubt; then all that are likely. */
export function believedMarks(
  marks: readonly Mark[],
  thresholds: FindThresholds,
  leastConfidence?: number,
): Mark[] {
  if (!passesGate(marks, thresholds.gate)) return [];
  return marks.filter(({ kind, confidence }) => confidence >= (leastConfidence ?? thresholds.least[kind]));
}

/** The squares of a mosaic look like stains to a network. */
function liesIn({ rect }: Mark, box: { x: number; y: number; width: number; height: number }): boolean {
  const x = rect.x + rect.width / 2;
  const y = rect.y + rect.height / 2;
  return x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
}
