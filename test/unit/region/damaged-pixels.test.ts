import { describe, expect, test } from 'vitest';
import { createPlanes, type Planes } from '../../../electron/engine/pixels/planes.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { damagedPixels } from '../../../electron/engine/region/damaged-pixels.ts';
import type { Network } from '../../../electron/engine/region/tiles.ts';
import { restore } from '../../../electron/engine/restore.ts';
import { noPause } from '../../support/no-pause.ts';

const side = 96;
const region = { ...createPlanes(side, side, 1), data: new Float32Array(side * side).fill(1) };

/** A photo with grain and a faint uneven line down column `lineX`, as a scratch looks that went through JPEG. */
function scratched(): Planes {
  const random = createRandom(3);
  const planes = createPlanes(side, side, 3);
  for (let i = 0; i < planes.data.length; i++) {
    const onLine = i % side === lineX ? 0.3 + 0.1 * random.next() : 0;
    planes.data[i] = 0.35 + onLine + 0.06 * random.next();
  }
  return planes;
}

const lineX = 40;
const onLine = (at: number) => at % side === lineX;

/** Probabilities of 0.02, and of `probability` where a pixel is marked. */
function mapOf(isMarked: (at: number) => boolean, probability: number): Planes {
  const map = createPlanes(side, side, 1);
  map.data.forEach((_, at) => {
    map.data[at] = isMarked(at) ? probability : 0.02;
  });
  return map;
}

const counted = (found: Planes, isMeant: (at: number) => boolean) => {
  const hits = found.data.filter((value, at) => value > 0 && isMeant(at)).length;
  return { hits, others: found.data.filter((value) => value > 0).length - hits };
};

describe('pixels to fill', () => {
  test('a line that is likely all along is a scratch, gaps and all', async () => {
    const map = mapOf((at) => onLine(at) && Math.floor(at / side) % 8 < 7, 0.7);
    const { hits, others } = counted(
      await damagedPixels(scratched(), map, region, 'scratch', noPause),
      onLine,
    );
    expect(hits).toBeGreaterThan(0.85 * side);
    expect(others).toBeLessThan(0.2 * side);
  });

  test('specks that are as likely are none, nor is such a line a stain', async () => {
    const isSpeck = (at: number) => at % 23 === 0 && Math.floor(at / side) % 9 === 0;
    expect(
      counted(await damagedPixels(scratched(), mapOf(isSpeck, 0.7), region, 'scratch', noPause), isSpeck)
        .hits,
    ).toBe(0);
    expect(
      counted(await damagedPixels(scratched(), mapOf(onLine, 0.7), region, 'stain', noPause), onLine).hits,
    ).toBe(0);
  });

  test('nothing outside the region counts, whatever the map says there', async () => {
    const left = { ...region, data: region.data.map((_, at) => (at % side < side / 2 ? 1 : 0)) };
    const map = mapOf((at) => onLine(at) || at % side >= side / 2, 0.99);
    const found = await damagedPixels(scratched(), map, left, 'scratch', noPause);
    expect(found.data.every((value, at) => value === 0 || at % side < side / 2)).toBe(true);
    expect(counted(found, onLine).hits).toBeGreaterThan(0.85 * side);
  });

  test('can be given up between parts of the work, while lines are looked for and after', async () => {
    const map = mapOf(onLine, 0.7);
    let pauses = 0;
    await damagedPixels(scratched(), map, region, 'scratch', () => {
      pauses++;
      return undefined;
    });
    expect(pauses).toBeGreaterThan(64);
    for (const last of [1, 40, pauses]) {
      let left = last;
      const pause = () => (--left === 0 ? Promise.reject(new Error('enough')) : undefined);
      await expect(damagedPixels(scratched(), map, region, 'scratch', pause)).rejects.toThrow('enough');
    }
  });

  test('a cancel is heard while a large region is marked, which counts as no tile', async () => {
    const { width, height } = { width: 900, height: 700 };
    const random = createRandom(5);
    const data = Uint8Array.from({ length: 3 * width * height }, () => 256 * random.next());
    const network: Network = {
      id: 'noise',
      tileSizePx: 2048,
      marginPx: 0,
      sizeMultiple: 1,
      run: async ({ mask }) => ({ ...mask, data: mask.data.map(() => random.next()) }),
    };
    const cancel = new AbortController();
    const done: number[] = [];
    const restoring = restore(
      { width, height, channels: 3, depth: 8, data },
      [{ rect: { x: 0, y: 0, width, height }, damage: { kind: 'scratch' } }],
      {
        networkFor: async () => undefined,
        defectNetwork: async () => network,
        signal: cancel.signal,
        onProgress: ({ tilesDone }) => {
          if (done.at(-1) === 1) cancel.abort();
          done.push(tilesDone);
        },
      },
    );
    await expect(restoring).rejects.toMatchObject({ code: 'restore/cancelled' });
    expect(done).toEqual([0, 1, 1]);
  });
});
