import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startThresholds } from '../../../electron/training/start-thresholds.ts';

const models = join(import.meta.dirname, '../../../resources/models');
const scratch = mkdtempSync(join(tmpdir(), 'photomend-thresholds-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('a training takes over the thresholds of the model that it goes on from', async () => {
  const manifest = JSON.parse(readFileSync(join(models, 'defects', 'manifest.json'), 'utf8'));
  expect(manifest.find).toBeDefined();
  expect(await startThresholds(join(models, 'defects', 'model.onnx'))).toEqual(manifest.find);
});

test('there are none where there is no such model', async () => {
  expect(await startThresholds(null)).toBeUndefined();
  expect(await startThresholds(join(models, 'restorer', 'model.onnx'))).toBeUndefined();
  expect(await startThresholds(join(models, 'defects', 'best.safetensors'))).toBeUndefined();
  expect(await startThresholds(join(scratch, 'model.onnx'))).toBeUndefined();
  writeFileSync(join(scratch, 'manifest.json'), '{"find": 1}');
  expect(await startThresholds(join(scratch, 'model.onnx'))).toBeUndefined();
});
