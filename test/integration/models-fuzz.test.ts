import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../electron/engine/errors.ts';
import { checkEntry, ModelChecker } from '../../electron/engine/models/check.ts';
import { createRandom } from '../../electron/engine/pixels/random.ts';
import { decodeModel } from '../../electron/onnx/decode.ts';
import { exportModel } from '../../electron/training/export.ts';
import { initialWeights, parametersOf } from '../../electron/training/parameters.ts';
import { planOf } from '../../electron/training/plan.ts';
import { decodeSafetensors, encodeSafetensors } from '../../electron/training/safetensors.ts';
import { buildNodeParts } from '../support/build.ts';
import { mutated } from '../support/mutations.ts';

const count = 600;
const hangAfterMs = 20_000;
const spec = { ...planOf('photomend').spec, baseChannels: 4, stages: 1 };
const weights = initialWeights(parametersOf(spec), 1);
const model = exportModel(spec, weights, 'fp16', { preset: 'photomend' });
const scratch = mkdtempSync(join(tmpdir(), 'photomend-fuzz-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Every outcome is fine but an error without a code. */
function outcome(read: () => unknown): 'read' | 'refused' {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof AppError && /^(model|weights)\//.test(error.code)) return 'refused';
    throw error;
  }
}

function readable(file: Uint8Array): boolean {
  return outcome(() => decodeModel(file)) === 'read';
}

describe('damaged files', () => {
  test('.safetensors end in weights or a coded error', () => {
    const tensors = new Map([...weights].map(([name, data]) => [name, { shape: [data.length], data }]));
    const file = encodeSafetensors(tensors, { a: 'b' });
    expect(outcome(() => decodeSafetensors(file))).toBe('read');
    const random = createRandom(21);
    const outcomes = Array.from({ length: count }, () =>
      outcome(() => decodeSafetensors(mutated(file, random))),
    );
    expect(outcomes.filter((o) => o === 'refused').length).toBeGreaterThan(count / 5);
  });

  test('.onnx end in a model or a coded error', () => {
    expect(outcome(() => decodeModel(model))).toBe('read');
    const random = createRandom(22);
    const outcomes = Array.from({ length: count }, () => outcome(() => decodeModel(mutated(model, random))));
    expect(outcomes.filter((o) => o === 'refused').length).toBeGreaterThan(count / 5);
  });

  beforeAll(async () => {
    checkEntry.path = join((await buildNodeParts()).outDir, 'model-check-child.js');
  });

  test('ONNX Runtime itself, in a child process, takes or refuses every damaged model', async () => {
    const random = createRandom(23);
    const checker = new ModelChecker();
    const path = join(scratch, 'damaged.onnx');
    const expected = { adapter: 'photomend', sizeMultiple: 4, tileSizePx: 512 } as const;
    writeFileSync(path, model);
    await checker.check(path, expected);
    const tally: Record<string, number> = {};
    let reachedRuntime = 0;
    for (let i = 0; i < count || reachedRuntime < count; i++) {
      const file = mutated(model, random);
      // Our own reader refuses most; what it lets through is for ONNX Runtime to judge.
      if (readable(file)) reachedRuntime++;
      else if (i >= count) continue;
      writeFileSync(path, file);
      const code = await checker.check(path, expected, { timeoutMs: hangAfterMs }).then(
        () => 'works',
        (error) => (error instanceof AppError ? error.code : Promise.reject(error)),
      );
      expect(code).toMatch(/^(works|(model|runtime)\/.+)$/);
      tally[code] = (tally[code] ?? 0) + 1;
    }
    await checker.end();
    console.log(JSON.stringify(tally));
    expect(tally['model/hangs'] ?? 0).toBe(0);
    expect(tally.works).toBeGreaterThan(0);
    expect(tally['model/not-a-model']).toBeGreaterThan(count / 5);
  }, 180_000);
});
