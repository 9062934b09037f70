import { planDamageMap } from '../engine/find/damage-map.ts';
import { findMarks, type MarkKind } from '../engine/find/marks.ts';
import { cautiousThresholds, type FindThresholds } from '../engine/find/thresholds.ts';
import type { Network } from '../engine/region/tiles.ts';
import { type TestPicture, toRaster } from './evaluate.ts';
import { type FindCase, findCaseName, spoil } from './find-cases.ts';
import { caseRandom } from './find-scores.ts';

/** Of the clean photos it is tuned on so many may pass the gate: half of what is aimed at. */
const mostAlarms = 0.01;
/** Precision aimed at for the marks of each kind. */
const leastPrecision = 0.9;
/** A mark is right where so much of it is damage. */
const rightShare = 0.4;
const logitsToTry = [-1, -0.5, 0, 0.5, 1, 1.5, 2] as const;
const cases: readonly FindCase[] = [
  { kind: 'clean' },
  { kind: 'ink' },
  { kind: 'scratch' },
  { kind: 'dust' },
];

interface LabelledMark {
  readonly kind: MarkKind;
  readonly features: readonly number[];
  readonly area: number;
  readonly damaged: number;
}

interface LabelledPhoto {
  readonly kind: FindCase['kind'];
  readonly truth: number;
  readonly marks: readonly LabelledMark[];
}

/**
 * Thresholds for a network that marks damage: for each logit tried a logistic regression of right marks on their
 * features, then a gate that clean photos do not pass, then the least confidence of each kind; the logit is kept with
 * which most damage is found.
 */
export async function tuneFinding(
  pictures: readonly TestPicture[],
  network: Network,
  seed: number,
  onPicture?: (done: number, total: number) => void,
): Promise<FindThresholds> {
  const byLogit = logitsToTry.map((): LabelledPhoto[] => []);
  let done = 0;
  for (const [index, { planes }] of pictures.entries()) {
    for (const findCase of cases) {
      const spoiled = spoil(planes, findCase, caseRandom(seed, findCaseName(findCase), index));
      const picture = toRaster(spoiled.planes);
      const { map, steps } = planDamageMap(picture, network);
      for (let tile = 0; tile < steps.tiles; tile++) await steps.run(tile);
      const truth = spoiled.truth.data.reduce((sum, value) => sum + value, 0);
      logitsToTry.forEach((likelyLogit, k) => {
        const marks = findMarks(map, picture, { ...cautiousThresholds, likelyLogit }).map((mark) => ({
          kind: mark.kind,
          features: mark.features,
          area: mark.pixels.length,
          damaged: mark.pixels.reduce((sum, at) => sum + spoiled.truth.data[at], 0),
        }));
        byLogit[k].push({ kind: findCase.kind, truth, marks });
      });
      onPicture?.(++done, cases.length * pictures.length);
    }
  }
  const tuned = logitsToTry.map((likelyLogit, k) => tuneAt(likelyLogit, byLogit[k]));
  return tuned.reduce((best, each) => (each.found > best.found ? each : best)).thresholds;
}

function tuneAt(
  likelyLogit: number,
  photos: readonly LabelledPhoto[],
): { thresholds: FindThresholds; found: number } {
  const weights = regress(photos.flatMap(({ marks }) => marks));
  const confidence = ({ features }: LabelledMark) =>
    1 / (1 + Math.exp(-features.reduce((sum, value, i) => sum + value * weights[i], 0)));
  const surest = (photo: LabelledPhoto) =>
    photo.marks.reduce((most, mark) => Math.max(most, confidence(mark)), 0);
  const alarms = photos
    .filter(({ kind }) => kind === 'clean')
    .map(surest)
    .sort((a, b) => b - a);
  const gate = Math.min(0.999, 1e-4 + (alarms[Math.floor(mostAlarms * alarms.length)] ?? 0.9));
  const passed = photos.filter((photo) => photo.kind !== 'clean' && surest(photo) >= gate);
  const leastOf = (kind: MarkKind) => {
    const marks = passed
      .flatMap((photo) => photo.marks.filter((mark) => mark.kind === kind))
      .map((mark) => ({ ...mark, confidence: confidence(mark) }))
      .sort((a, b) => b.confidence - a.confidence);
    let [area, damaged, least] = [0, 0, 0.99];
    for (const mark of marks) {
      area += mark.area;
      damaged += mark.damaged;
      if (damaged >= leastPrecision * area) least = mark.confidence;
    }
    return Math.max(0.2, round(least));
  };
  const least = { stain: leastOf('stain'), scratch: leastOf('scratch'), dust: leastOf('dust') };
  // Each kind of damage counts alike, however many pixels it has.
  const found = (['ink', 'scratch', 'dust'] as const).reduce((sum, kind) => {
    const truth = photos.reduce((total, photo) => total + (photo.kind === kind ? photo.truth : 0), 0);
    const right = passed
      .filter((photo) => photo.kind === kind)
      .flatMap(({ marks }) => marks)
      .filter((mark) => confidence(mark) >= least[mark.kind])
      .reduce((total, mark) => total + mark.damaged, 0);
    return sum + right / Math.max(1, truth);
  }, 0);
  return { thresholds: { likelyLogit, weights: weights.map(round), gate: round(gate), least }, found };
}

function round(value: number): number {
  return Math.round(10_000 * value) / 10_000;
}

/** Logistic regression by Newton's method, marks weighted by the root of their area; a little ridge keeps it tame. */
function regress(marks: readonly LabelledMark[]): number[] {
  const size = cautiousThresholds.weights.length;
  const weights = new Array<number>(size).fill(0);
  for (let round = 0; round < 25; round++) {
    const gradient = weights.map((weight) => 0.01 * weight);
    const curvature = weights.map((_, i) => weights.map((__, j) => (i === j ? 0.01 : 0)));
    for (const { features, area, damaged } of marks) {
      const importance = Math.sqrt(area);
      const chance = 1 / (1 + Math.exp(-features.reduce((sum, value, i) => sum + value * weights[i], 0)));
      const error = chance - (damaged >= rightShare * area ? 1 : 0);
      for (let i = 0; i < size; i++) {
        gradient[i] += importance * error * features[i];
        for (let j = 0; j < size; j++)
          curvature[i][j] += importance * chance * (1 - chance) * features[i] * features[j];
      }
    }
    solve(curvature, gradient).forEach((step, i) => {
      weights[i] -= step;
    });
  }
  return weights;
}

/** Solves a system of linear equations by elimination; `matrix` and `right` are used up. */
function solve(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  for (let i = 0; i < size; i++) {
    let pivot = i;
    for (let row = i + 1; row < size; row++) {
      if (Math.abs(matrix[row][i]) > Math.abs(matrix[pivot][i])) pivot = row;
    }
    [matrix[i], matrix[pivot]] = [matrix[pivot], matrix[i]];
    [right[i], right[pivot]] = [right[pivot], right[i]];
    for (let row = 0; row < size; row++) {
      if (row === i) continue;
      const factor = matrix[row][i] / matrix[i][i];
      for (let column = i; column < size; column++) matrix[row][column] -= factor * matrix[i][column];
      right[row] -= factor * right[i];
    }
  }
  return right.map((value, i) => value / matrix[i][i]);
}
