import { describe, expect, test } from 'vitest';
import { byteOf, type DamageMap } from '../../../electron/engine/find/damage-map.ts';
import { cautiousThresholds } from '../../../electron/engine/find/thresholds.ts';
import { createPlanes } from '../../../electron/engine/pixels/planes.ts';
import type { Raster } from '../../../electron/engine/pixels/raster.ts';
import {
  type LabelledMark,
  type LabelledPhoto,
  labelPhoto,
} from '../../../electron/evaluation/find-labels.ts';
import { thresholdsToTry, tuneOn } from '../../../electron/evaluation/find-tuning.ts';
import { chanceOf } from '../../../electron/evaluation/logistic-regression.ts';

const features = (certainty: number) => [1, certainty, certainty, 4, 4, 1, 0, 1, 0, 0, 0];

function mark(kind: LabelledMark['kind'], certainty: number, isRight: boolean): LabelledMark {
  const area = 50;
  return { kind, features: features(certainty), area, right: isRight ? area : 0, found: isRight ? area : 0 };
}

/** Photos on which damage is surer (2 to 4) than what is none (-2 to 2), except for one clean photo with `worst`. */
function photos(worst: number): LabelledPhoto[] {
  const list: LabelledPhoto[] = [];
  for (let i = 0; i < 40; i++) {
    const share = i / 39;
    const falseMarks = (['stain', 'scratch', 'dust'] as const).map((kind) =>
      mark(kind, 4 * share - 2, false),
    );
    list.push({ kind: 'clean', truth: 0, marks: i === 0 ? [mark('stain', worst, false)] : falseMarks });
    for (const [kind, markKind] of [
      ['ink', 'stain'],
      ['scratch', 'scratch'],
      ['dust', 'dust'],
    ] as const) {
      const right = Array.from({ length: 4 }, () => mark(markKind, 2 + 2 * share, true));
      list.push({ kind, truth: 200, marks: [...right, ...falseMarks] });
    }
  }
  return list;
}

const tunedOn = (worst: number) => tuneOn(thresholdsToTry.map(() => photos(worst)));

describe('tuning', () => {
  test('gives confidences that tell damage from what is none', () => {
    const { weights, least } = tunedOn(0);
    for (const kind of ['stain', 'scratch', 'dust'] as const) {
      expect(chanceOf(features(3), weights[kind])).toBeGreaterThan(least[kind]);
      expect(chanceOf(features(1), weights[kind])).toBeLessThan(least[kind]);
    }
  });

  test('sets each gate above all clean photos', () => {
    const sound = tunedOn(0);
    expect(chanceOf(features(2), sound.weights.scratch)).toBeLessThan(sound.gate.scratch);
    const alarming = tunedOn(3);
    expect(alarming.gate.stain).toBeGreaterThan(sound.gate.stain);
    expect(alarming.gate.stain).toBeCloseTo(chanceOf(features(3), alarming.weights.stain), 3);
    expect(alarming.gate.scratch).toBeCloseTo(sound.gate.scratch, 3);
  });

  test('keeps the thresholds with which most is found', () => {
    const blind = photos(0).map((photo) => ({ ...photo, marks: [] }));
    const best = thresholdsToTry.length - 1;
    const { likelyLogit, likelyLine } = tuneOn(
      thresholdsToTry.map((_, i) => (i === best ? photos(0) : blind)),
    );
    expect({ likelyLogit, likelyLine }).toEqual({
      likelyLogit: thresholdsToTry[best].likelyLogit,
      likelyLine: thresholdsToTry[best].likelyLine,
    });
  });
});

test('marks are labelled by what of them is damage, a pixel off is right', () => {
  const [width, height] = [60, 40];
  const map: DamageMap = { width, height, data: new Uint8Array(width * height).fill(byteOf(-8)) };
  const truth = createPlanes(width, height, 1);
  const picture: Raster = { width, height, channels: 3, depth: 8, data: new Uint8Array(3 * width * height) };
  for (let x = 10; x < 50; x++) {
    map.data[10 * width + x] = byteOf(5);
    truth.data[11 * width + x] = 1;
    map.data[30 * width + x] = byteOf(5);
  }
  const [{ kind, truth: damaged, marks }] = labelPhoto('scratch', map, picture, truth, [cautiousThresholds]);
  expect({ kind, damaged }).toEqual({ kind: 'scratch', damaged: 40 });
  expect(marks.map(({ area, right, found }) => ({ area, right, found }))).toEqual([
    { area: 40, right: 40, found: 40 },
    { area: 40, right: 0, found: 0 },
  ]);
});
