import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { encodeModel } from '../../../electron/onnx/encode.ts';
import { channelBlock } from '../../../electron/training/channel-block.ts';
import { elements, GraphBuilder, type Value } from '../../../electron/training/graph/builder.ts';
import { type OperatorName, operators } from '../../../electron/training/graph/operators.ts';
import { Tape } from '../../../electron/training/graph/tape.ts';
import type { GraphTarget } from '../../../electron/training/graph/target.ts';

interface Trial {
  readonly shapes: readonly (readonly number[])[];
  readonly attributes?: Readonly<Record<string, number>>;
  /** Keeps inputs away from kinks and poles. */
  readonly range?: readonly [number, number];
}

/** At least one trial per operator; the type makes a new operator without one fail to compile. */
const trials: Record<OperatorName, readonly Trial[]> = {
  conv: [
    { shapes: [[2, 3, 6, 6], [4, 3, 3, 3], [4]], attributes: { kernel: 3, stride: 1 } },
    { shapes: [[2, 3, 6, 8], [4, 3, 3, 3], [4]], attributes: { kernel: 3, stride: 2 } },
    { shapes: [[2, 3, 6, 6], [4, 3, 2, 2], [4]], attributes: { kernel: 2, stride: 2 } },
    { shapes: [[2, 3, 4, 4], [5, 3, 1, 1], [5]], attributes: { kernel: 1, stride: 1 } },
    // Large planes take the per-tap weight gradient, many channels on small planes the folded one.
    { shapes: [[2, 3, 24, 20], [4, 3, 3, 3], [4]], attributes: { kernel: 3, stride: 1 } },
    { shapes: [[3, 16, 2, 2], [32, 16, 3, 3], [32]], attributes: { kernel: 3, stride: 1 } },
  ],
  convTransposed: [
    { shapes: [[2, 4, 3, 5], [4, 3, 2, 2], [3]] },
    { shapes: [[2, 16, 2, 2], [16, 8, 2, 2], [8]] },
  ],
  batchNorm: [{ shapes: [[3, 4, 5, 5], [4], [4]] }],
  relu: [{ shapes: [[2, 3, 4, 4]] }],
  tanh: [{ shapes: [[2, 3, 4, 4]] }],
  abs: [{ shapes: [[2, 3, 4, 4]], range: [0.2, 1] }],
  sqrt: [{ shapes: [[2, 3, 4, 4]], range: [0.2, 1] }],
  softplus: [{ shapes: [[2, 3, 4, 4]] }],
  add: [
    {
      shapes: [
        [2, 3, 4, 4],
        [2, 3, 4, 4],
      ],
    },
    {
      shapes: [
        [2, 3, 4, 4],
        [1, 3, 1, 1],
      ],
    },
  ],
  sub: [
    {
      shapes: [
        [2, 3, 4, 4],
        [2, 3, 4, 4],
      ],
    },
    {
      shapes: [
        [2, 3, 4, 4],
        [3, 1, 1],
      ],
    },
  ],
  mul: [
    {
      shapes: [
        [2, 3, 4, 4],
        [2, 3, 4, 4],
      ],
    },
    {
      shapes: [
        [2, 3, 4, 4],
        [2, 1, 4, 4],
      ],
    },
  ],
  square: [{ shapes: [[2, 3, 4, 4]] }],
  sum: [{ shapes: [[2, 3, 4, 4]] }],
  concat: [
    {
      shapes: [
        [2, 3, 4, 4],
        [2, 5, 4, 4],
      ],
    },
  ],
  spaceToDepth: [{ shapes: [[2, 3, 4, 6]] }],
  depthToSpace: [{ shapes: [[2, 8, 3, 2]] }],
  slice: [
    { shapes: [[2, 3, 4, 5]], attributes: { axis: 3, start: 1, end: 5 } },
    { shapes: [[2, 3, 4, 5]], attributes: { axis: 2, start: 0, end: 3 } },
  ],
};

/** Convolutions that may be computed by blocks of 8 channels and of 8 samples, or of 16. */
const blockedTrials: readonly (readonly [OperatorName, Trial])[] = [
  ['conv', { shapes: [[16, 16, 6, 8], [32, 16, 3, 3], [32]], attributes: { kernel: 3, stride: 1 } }],
  ['conv', { shapes: [[16, 16, 6, 8], [16, 16, 3, 3], [16]], attributes: { kernel: 3, stride: 2 } }],
  ['conv', { shapes: [[16, 16, 4, 6], [16, 16, 2, 2], [16]], attributes: { kernel: 2, stride: 2 } }],
  // A weight that is larger than the pictures.
  ['conv', { shapes: [[16, 32, 2, 3], [48, 32, 3, 3], [48]], attributes: { kernel: 3, stride: 1 } }],
  // Fewer samples than a block, fewer channels than a block, channels that fit none.
  ['conv', { shapes: [[3, 3, 6, 6], [5, 3, 3, 3], [5]], attributes: { kernel: 3, stride: 1 } }],
  ['conv', { shapes: [[2, 20, 4, 4], [16, 20, 3, 3], [16]], attributes: { kernel: 3, stride: 1 } }],
  ['conv', { shapes: [[20, 16, 4, 4], [16, 16, 1, 1], [16]], attributes: { kernel: 1, stride: 1 } }],
  ['convTransposed', { shapes: [[16, 32, 3, 5], [32, 16, 2, 2], [16]] }],
];

/** A graph with the outputs `loss` (a random weighting of the operator's output) and `grad0`, `grad1`, ... */
async function sessionFor(
  operator: OperatorName,
  trial: Trial,
  weighting: (count: number) => Float32Array,
  target: GraphTarget,
) {
  const b = new GraphBuilder(target);
  const tape = new Tape(b);
  const inputs: Value[] = trial.shapes.map((shape, i) => b.input(`x${i}`, shape));
  const output = tape.apply(operator, inputs, trial.attributes ?? {});
  const weights = b.constant('weights', output.shape, weighting(elements(output.shape)));
  const loss = tape.apply('sum', [tape.apply('mul', [output, weights])]);
  tape.gradients(loss, inputs).forEach((gradient, i) => {
    b.output(`grad${i}`, gradient);
  });
  b.output('loss', loss);
  return ort.InferenceSession.create(encodeModel(b.model('trial')));
}

async function compareWithDifferences(
  operator: OperatorName,
  trial: Trial,
  target: GraphTarget = {},
): Promise<void> {
  const random = createRandom(17);
  const [low, high] = trial.range ?? [-1, 1];
  const fill = (count: number) => Float32Array.from({ length: count }, () => random.uniform(low, high));
  const session = await sessionFor(
    operator,
    trial,
    (count) => Float32Array.from({ length: count }, () => random.uniform(-1, 1)),
    target,
  );
  const values = trial.shapes.map((shape) => fill(elements(shape)));
  const run = (data: readonly Float32Array[]) =>
    session.run(
      Object.fromEntries(data.map((d, i) => [`x${i}`, new ort.Tensor('float32', d, trial.shapes[i])])),
    );
  const analytic = await run(values);
  for (const [i, value] of values.entries()) {
    const gradient = analytic[`grad${i}`].data as Float32Array;
    expect(gradient.length).toBe(value.length);
    const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
    for (let direction = 0; direction < 3; direction++) {
      // ReLU has its kink at 0: directions leave values near it alone.
      const v = value.map((x) => (operator === 'relu' && Math.abs(x) < 0.05 ? 0 : random.uniform(-1, 1)));
      const length = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
      const eps = 0.03 / Math.max(1, Math.sqrt(length));
      const at = async (t: number) => {
        const moved = values.map((data, k) => (k === i ? data.map((x, j) => x + t * v[j]) : data));
        return Number((await run(moved)).loss.data[0]);
      };
      // Fourth order, so that curvature does not count against the rule.
      const numeric =
        (8 * ((await at(eps)) - (await at(-eps))) - ((await at(2 * eps)) - (await at(-2 * eps)))) /
        (12 * eps);
      const expected = gradient.reduce((sum, g, j) => sum + g * v[j], 0);
      expect(Math.abs(numeric - expected)).toBeLessThan(0.004 * norm * length + 1e-3);
    }
  }
  await session.release();
}

describe('gradient rules agree with finite differences', () => {
  for (const operator of Object.keys(operators) as OperatorName[]) {
    test.each(trials[operator].map((trial) => [JSON.stringify(trial.shapes), trial] as const))(
      `${operator} %s`,
      (_, trial) => compareWithDifferences(operator, trial),
    );
  }
});

test.each([
  ['spaceToDepth', [2, 3, 4, 6]],
  ['depthToSpace', [2, 12, 2, 3]],
] as const)('%s as it is written for WebGPU gives what the operator gives', async (operator, shape) => {
  const random = createRandom(3);
  const data = Float32Array.from({ length: elements(shape) }, () => random.uniform(-1, 1));
  const [plain, composed] = await Promise.all(
    [false, true].map(async (webgpu) => {
      const weighting = (count: number) => Float32Array.from({ length: count }, (_, i) => i);
      const session = await sessionFor(operator, { shapes: [[...shape]] }, weighting, { webgpu });
      const results = await session.run({ x0: new ort.Tensor('float32', data, shape) });
      await session.release();
      return results;
    }),
  );
  expect(composed.loss.data).toEqual(plain.loss.data);
  expect(composed.grad0.data).toEqual(plain.grad0.data);
});

const block = await channelBlock({ executionProviders: ['cpu'] });

describe.skipIf(block === undefined)('by blocks of channels', () => {
  test.each(
    blockedTrials.map(([operator, trial]) => [operator, JSON.stringify(trial.shapes), trial] as const),
  )('%s %s agrees with finite differences', (operator, _, trial) =>
    compareWithDifferences(operator, trial, { channelBlock: block }),
  );

  test.each(
    blockedTrials.map(([operator, trial]) => [operator, JSON.stringify(trial.shapes), trial] as const),
  )('%s %s gives what it gives without', async (operator, _, trial) => {
    const random = createRandom(3);
    const fill = (count: number) => Float32Array.from({ length: count }, () => random.uniform(-1, 1));
    const feeds = Object.fromEntries(
      trial.shapes.map((shape, i) => [`x${i}`, new ort.Tensor('float32', fill(elements(shape)), shape)]),
    );
    const [plain, blocked] = await Promise.all(
      [undefined, block].map(async (channels) => {
        const session = await sessionFor(operator, trial, (count) => new Float32Array(count).fill(0.5), {
          channelBlock: channels,
        });
        const results = await session.run(feeds);
        await session.release();
        return results;
      }),
    );
    for (const [name, { data }] of Object.entries(plain)) {
      const others = blocked[name].data as Float32Array;
      const largest = (data as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      (data as Float32Array).forEach((value, i) => {
        expect(Math.abs(value - others[i])).toBeLessThan(1e-5 * largest + 1e-6);
      });
    }
  });
});

test('only the processor alone computes by blocks, of 8 or 16 channels where it does', async () => {
  expect([undefined, 8, 16]).toContain(block);
  expect(await channelBlock({ executionProviders: ['webgpu', 'cpu'] })).toBeUndefined();
  expect(await channelBlock({})).toBeUndefined();
});
