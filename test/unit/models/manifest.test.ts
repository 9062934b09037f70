import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../electron/engine/errors.ts';
import { inspectModel } from '../../../electron/engine/models/inspect.ts';
import { type Manifest, parseManifest } from '../../../electron/engine/models/manifest.ts';
import { createRandom } from '../../../electron/engine/pixels/random.ts';
import { mutated } from '../../support/mutations.ts';

const sound: Manifest = {
  schemaVersion: 1,
  id: 'a-model',
  name: 'Ein Modell 模型',
  version: '1',
  licence: 'MIT',
  source: 'a test',
  adapter: 'photomend',
  damage: ['blur', 'mosaic'],
  file: 'model.onnx',
  sha256: 'ab'.repeat(32),
  bytes: 12345,
  precision: 'fp16',
  input: { name: 'input', channels: 6, range: '' },
  output: { name: 'output', channels: 3, range: '' },
  sizeMultiple: 16,
  marginPx: 48,
  tileSizePx: 768,
  limits: { maxBlurSigmaPx: 4, maxMosaicPitchPx: 10 },
  priority: 100,
  training: { curve: [[1, 2.5]], plan: { deep: { deeper: null } } },
};

describe('a manifest', () => {
  test('goes through JSON and back', () => {
    expect(parseManifest(JSON.stringify(sound))).toEqual(sound);
  });

  test.each([
    ['no JSON', 'half a {'],
    ['a list', '[]'],
    ['nothing', ''],
    ['brackets without end', '['.repeat(100_000)],
    ['a training record deeper than the stack', nested(20_000)],
  ])('that is %s is refused', (_, text) => {
    expect(() => parseManifest(text)).toThrow(expect.objectContaining({ code: 'model/bad-manifest' }));
  });

  function nested(depth: number): string {
    const training = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    return JSON.stringify({ ...sound, training: 'HERE' }).replace('"HERE"', training);
  }

  test.each<[string, Record<string, unknown>]>([
    ['a folder in its file name', { file: 'sub/model.onnx' }],
    ['a way up', { file: '../model.onnx' }],
    ['a Windows path', { file: 'C:\\model.onnx' }],
    ['a hidden file', { file: '.onnx' }],
    ['a NUL in its file name', { file: 'a\0.onnx' }],
    ['another kind of file', { file: 'model.exe' }],
    ['a huge file', { bytes: 2 ** 40 }],
    ['no bytes', { bytes: 0 }],
    ['a part of a byte', { bytes: 1.5 }],
    ['a short hash', { sha256: 'ab' }],
    ['too large a tile', { tileSizePx: 100_000 }],
    ['a margin that leaves nothing of a tile', { tileSizePx: 256, marginPx: 128 }],
    ['a grid coarser than its tiles', { tileSizePx: 64, marginPx: 0, sizeMultiple: 256 }],
    ['a strength of none', { limits: { maxBlurSigmaPx: 0, maxMosaicPitchPx: 10 } }],
    ['channels that its adapter has not', { adapter: 'article' }],
    ['an id of upper case', { id: 'Model' }],
    ['a future schema', { schemaVersion: 2 }],
  ])('with %s is refused', (_, change) => {
    const text = JSON.stringify({ ...sound, ...change });
    expect(() => parseManifest(text)).toThrow(expect.objectContaining({ code: 'model/bad-manifest' }));
  });

  test('that is damaged anywhere is read or refused with a code', () => {
    const file = new TextEncoder().encode(JSON.stringify(sound, null, 2));
    const random = createRandom(31);
    let refused = 0;
    for (let i = 0; i < 600; i++) {
      try {
        const { file: name } = parseManifest(new TextDecoder().decode(mutated(file, random)));
        expect(name).toMatch(/^\w[\w.-]*\.onnx$/);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'model/bad-manifest') throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });
});

const bundled = readdirSync('resources/models', { withFileTypes: true }).filter((each) => each.isDirectory());

test.each(bundled.map(({ name }) => name))('the bundled model %s is what its manifest says', async (name) => {
  const folder = join('resources/models', name);
  const manifest = parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const facts = await inspectModel(join(folder, manifest.file));
  expect(manifest.id).toBe(name);
  const { adapter, sha256, bytes, precision } = manifest;
  expect(facts).toMatchObject({ adapter, sha256, bytes, precision });
  expect(facts.largestTilePx).toBeGreaterThanOrEqual(manifest.tileSizePx);
  expect(bytes).toBeLessThan(40e6);
});
