import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../electron/engine/errors.ts';
import { createRandom } from '../../electron/engine/pixels/random.ts';
import { decodeModel } from '../../electron/onnx/decode.ts';
import { exportModel } from '../../electron/training/export.ts';
import { initialWeights, parametersOf } from '../../electron/training/parameters.ts';
import { planOf } from '../../electron/training/plan.ts';
import { decodeSafetensors, encodeSafetensors } from '../../electron/training/safetensors.ts';
import { buildNodeParts } from '../support/build.ts';
import { mutated } from '../support/mutations.ts';

const count = 600;
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

  let entry: string;
  beforeAll(async () => {
    entry = join((await buildNodeParts()).outDir, 'model-check-child.js');
  });

  test('ONNX Runtime itself, in a child process, takes or refuses every damaged model', async () => {
    const random = createRandom(23);
    let child: ChildProcess | undefined;
    const tally = { ok: 0, refused: 0, crashed: 0 };
    for (let i = 0; i < count; i++) {
      const path = join(scratch, 'damaged.onnx');
      writeFileSync(path, mutated(model, random));
      child ??= fork(entry, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
      const current = child;
      const answer = await new Promise<{ ok: boolean; code?: string } | 'crashed'>((resolve) => {
        const onExit = () => resolve('crashed');
        current.once('exit', onExit);
        current.once('message', (message) => {
          current.off('exit', onExit);
          resolve(message as { ok: boolean; code?: string });
        });
        current.send({ path });
      });
      if (answer === 'crashed') {
        // A fault in native code ends the child, which is what it is there for.
        tally.crashed++;
        child = undefined;
      } else if (answer.ok) tally.ok++;
      else {
        expect(answer.code).toMatch(/^(model|runtime)\//);
        tally.refused++;
      }
    }
    child?.kill();
    console.log(JSON.stringify(tally));
    expect(tally.refused).toBeGreaterThan(count / 5);
    expect(tally.ok + tally.refused + tally.crashed).toBe(count);
  }, 180_000);
});
