import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { namedTensors } from '../../../electron/training/checkpoint.ts';
import { exportModel } from '../../../electron/training/export.ts';
import { importWeights } from '../../../electron/training/import-weights.ts';
import { initialWeights, parametersOf } from '../../../electron/training/parameters.ts';
import { planOf } from '../../../electron/training/plan.ts';
import { encodeSafetensors } from '../../../electron/training/safetensors.ts';

const folder = mkdtempSync(join(tmpdir(), 'photomend-weights-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('weights from elsewhere', () => {
  test.each(['article', 'autoencoder'] as const)(
    'a state_dict of the %s is known by its shapes',
    async (preset) => {
      const spec = { ...planOf(preset, { baseChannels: 6 }).spec, stages: 3 };
      const weights = initialWeights(parametersOf(spec), 3);
      const path = join(folder, `${preset}.safetensors`);
      writeFileSync(path, encodeSafetensors(namedTensors(parametersOf(spec), weights)));
      const back = await importWeights(path);
      expect(back).toMatchObject({ preset, spec });
      expect(back.weights).toEqual(weights);
    },
  );

  test('our own weights say what they are of', async () => {
    const { spec } = planOf('photomend', { baseChannels: 4 });
    const weights = initialWeights(parametersOf(spec), 3);
    const path = join(folder, 'own.safetensors');
    const metadata = { preset: 'photomend', spec: JSON.stringify(spec) };
    writeFileSync(path, encodeSafetensors(namedTensors(parametersOf(spec), weights), metadata));
    expect(await importWeights(path)).toMatchObject({ preset: 'photomend', spec });
  });

  test.each(['fp32', 'fp16'] as const)('an exported %s model gives the weights back', async (precision) => {
    const { spec } = planOf('photomend', { baseChannels: 4 });
    const weights = initialWeights(parametersOf(spec), 3);
    const path = join(folder, `own-${precision}.onnx`);
    const metadata = { preset: 'photomend', spec: JSON.stringify(spec) };
    writeFileSync(path, exportModel(spec, weights, precision, metadata));
    const back = await importWeights(path);
    expect(back).toMatchObject({ preset: 'photomend', spec });
    for (const [name, values] of weights) {
      const worst = (back.weights.get(name) ?? new Float32Array()).reduce(
        (most, value, i) => Math.max(most, Math.abs(value - values[i])),
        0,
      );
      expect(back.weights.get(name)).toHaveLength(values.length);
      expect(worst).toBeLessThanOrEqual(precision === 'fp32' ? 0 : 1e-3);
    }
  });

  test('a model with folded batch norm is one without', async () => {
    const plan = planOf('defects', { baseChannels: 4 });
    const spec = { ...plan.spec, batchNorm: true };
    const path = join(folder, 'folded.onnx');
    const metadata = { preset: 'defects', spec: JSON.stringify(spec) };
    writeFileSync(path, exportModel(spec, initialWeights(parametersOf(spec), 3), 'fp32', metadata));
    expect(await importWeights(path)).toMatchObject({ preset: 'defects', spec: { batchNorm: false } });
  });

  test('a missing tensor is named', async () => {
    const { spec } = planOf('article', { baseChannels: 4 });
    const weights = initialWeights(parametersOf(spec), 3);
    weights.delete('decoder.up1.model.0.bias');
    const path = join(folder, 'missing.safetensors');
    writeFileSync(path, encodeSafetensors(namedTensors(parametersOf(spec), weights)));
    await expect(importWeights(path)).rejects.toMatchObject({
      code: 'weights/unknown-network',
      message: expect.stringContaining('decoder.up1.model.0.bias'),
    });
  });
});
