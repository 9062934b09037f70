import { planDamageMap } from '../engine/find/damage-map.ts';
import { type MarkKind, markKinds } from '../engine/find/mark-kinds.ts';
import { cautiousThresholds, type FindThresholds, gateMarks, passesGate } from '../engine/find/thresholds.ts';
import type { Network } from '../engine/region/tiles.ts';
import { type TestPicture, toRaster } from './evaluate.ts';
import { type FindCase, findCaseName, spoil } from './find-cases.ts';
import { type LabelledPhoto, labelPhoto } from './find-labels.ts';
import { caseRandom } from './find-scores.ts';
import { chanceOf, logisticRegression } from './logistic-regression.ts';

/** Of the clean photos it is tuned on so many may pass the gate of one kind: half of what is aimed at. */
const mostAlarms = 0.01;
/** So many logits must a gate lie above those clean photos: other photos have surer looking ornaments and shadows. */
const gateMargin = { stain: 4, scratch: 2, dust: 3 } as const;
/**
 * Precision aimed at for the marks of each kind, on photos that have such damage. A wide area filled by mistake costs
 * more than a thin line, and specks are everywhere.
 */
const leastPrecision = { stain: 0.98, scratch: 0.95, dust: 0.98 } as const;
/** A mark is right where so much of it is damage. */
const rightShare = 0.4;
const logitsToTry = [-0.5, 0] as const;
const linesToTry = [0, 0.5] as const;
export const thresholdsToTry: readonly FindThresholds[] = logitsToTry.flatMap((likelyLogit) =>
  linesToTry.map((likelyLine) => ({ ...cautiousThresholds, likelyLogit, likelyLine })),
);
const cases: readonly FindCase[] = [
  { kind: 'clean' },
  { kind: 'ink' },
  { kind: 'scratch' },
  { kind: 'dust' },
];

/**
 * Thresholds for a network that marks damage: for each pair tried a logistic regression of right marks on their
 * features, then a gate that clean photos do not pass, then the least confidence of each kind; the pair of logit and
 * line is kept with which most damage is found.
 */
export async function tuneFinding(
  pictures: readonly TestPicture[],
  network: Network,
  seed: number,
  onPicture?: (done: number, total: number) => void,
): Promise<FindThresholds> {
  const labelled = thresholdsToTry.map((): LabelledPhoto[] => []);
  let done = 0;
  for (const [index, { planes }] of pictures.entries()) {
    for (const findCase of cases) {
      const spoiled = spoil(planes, findCase, caseRandom(seed, findCaseName(findCase), index));
      const picture = toRaster(spoiled.planes);
      const { map, steps } = planDamageMap(picture, network);
      for (let tile = 0; tile < steps.tiles; tile++) await steps.run(tile);
      labelPhoto(findCase.kind, map, picture, spoiled.truth, thresholdsToTry).forEach((photo, k) => {
        labelled[k].push(photo);
      });
      onPicture?.(++done, cases.length * pictures.length);
    }
  }
  return tuneOn(labelled);
}

/** The best of the thresholds tried, each with its photos: where it finds most. */
export function tuneOn(labelled: readonly (readonly LabelledPhoto[])[]): FindThresholds {
  const tuned = thresholdsToTry.map((thresholds, k) => tuneAt(thresholds, labelled[k]));
  return tuned.reduce((best, each) => (each.found > best.found ? each : best)).thresholds;
}

const caseOf = { stain: 'ink', scratch: 'scratch', dust: 'dust' } as const;

function tuneAt(
  { likelyLogit, likelyLine }: FindThresholds,
  photos: readonly LabelledPhoto[],
): { thresholds: FindThresholds; found: number } {
  const weights = byKind((kind) =>
    logisticRegression(
      photos
        .flatMap(({ marks }) => marks.filter((mark) => mark.kind === kind))
        .map(({ features, area, right }) => ({
          features,
          isTrue: right >= rightShare * area,
          importance: Math.sqrt(area),
        })),
    ).map(round),
  );
  const judged = photos.map((photo) => ({
    ...photo,
    marks: photo.marks.map((mark) => ({
      ...mark,
      confidence: chanceOf(mark.features, weights[mark.kind]),
    })),
  }));
  const gate = byKind((kind) => {
    const alarms = judged
      .filter((photo) => photo.kind === 'clean')
      .map(({ marks }) => gateConfidence(marks, kind))
      .sort((a, b) => b - a);
    const highest = alarms[Math.floor(mostAlarms * alarms.length)] ?? 0.8;
    return round(chanceOf([Math.min(8, logitOfChance(highest) + gateMargin[kind])], [1]));
  });
  const passed = judged.filter(({ kind, marks }) => kind !== 'clean' && passesGate(marks, gate));
  const least = byKind((kind) => {
    const marks = passed
      .filter((photo) => photo.kind === caseOf[kind])
      .flatMap((photo) => photo.marks.filter((mark) => mark.kind === kind))
      .sort((a, b) => b.confidence - a.confidence);
    let [area, right, lowest] = [0, 0, 0.99];
    for (const mark of marks) {
      area += mark.area;
      right += mark.right;
      if (right >= leastPrecision[kind] * area) lowest = mark.confidence;
    }
    return Math.max(0.1, round(lowest));
  });
  // Each kind of damage counts alike, however many pixels it has.
  const found = markKinds.reduce((sum, kind) => {
    const truth = photos.reduce((total, photo) => total + (photo.kind === caseOf[kind] ? photo.truth : 0), 0);
    const right = passed
      .filter((photo) => photo.kind === caseOf[kind])
      .flatMap(({ marks }) => marks)
      .filter((mark) => mark.confidence >= least[mark.kind])
      .reduce((total, mark) => total + mark.found, 0);
    return sum + right / Math.max(1, truth);
  }, 0);
  return { thresholds: { likelyLogit, likelyLine, weights, gate, least }, found };
}

function byKind<T>(make: (kind: MarkKind) => T): Record<MarkKind, T> {
  return { stain: make('stain'), scratch: make('scratch'), dust: make('dust') };
}

/** The confidence of the mark that decides about the gate. */
function gateConfidence(
  marks: readonly { readonly kind: MarkKind; readonly confidence: number }[],
  kind: MarkKind,
): number {
  const ordered = marks
    .filter((mark) => mark.kind === kind)
    .map(({ confidence }) => confidence)
    .sort((a, b) => b - a);
  return ordered[gateMarks[kind] - 1] ?? 0;
}

function logitOfChance(chance: number): number {
  const bounded = Math.min(1 - 1e-6, Math.max(1e-6, chance));
  return Math.log(bounded / (1 - bounded));
}

function round(value: number): number {
  return Math.round(10_000 * value) / 10_000;
}
