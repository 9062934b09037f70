import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkEntry } from '../../../electron/engine/models/check.ts';
import { ModelRegistry } from '../../../electron/engine/models/registry.ts';
import { exportModel } from '../../../electron/training/export.ts';
import { writeModelFolder } from '../../../electron/training/model-folder.ts';
import { initialWeights, parametersOf } from '../../../electron/training/parameters.ts';
import { planOf } from '../../../electron/training/plan.ts';
import { buildNodeParts } from '../../support/build.ts';

const plan = planOf('photomend', { baseChannels: 4 });
const weights = initialWeights(parametersOf(plan.spec), 1);
const facts = { name: 'A test', version: '1', licence: 'MIT', source: 'test', training: {} };

let folder: string;
let registry: ModelRegistry;

beforeAll(async () => {
  checkEntry.path = join((await buildNodeParts()).outDir, 'model-check-child.js');
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photomend 模型 '));
  registry = new ModelRegistry({ bundledFolder: join(folder, 'bundled'), userFolder: join(folder, 'own') });
  await writeModelFolder(join(folder, 'bundled', 'weak'), plan, weights, {
    ...facts,
    id: 'weak',
    priority: 1,
  });
  await writeModelFolder(join(folder, 'bundled', 'strong'), plan, weights, {
    ...facts,
    id: 'strong',
    priority: 9,
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes the manifest of a bundled model. */
function spoil(id: string, change: (manifest: Record<string, unknown>) => void): void {
  const path = join(folder, 'bundled', id, 'manifest.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
}

describe('the model registry', () => {
  test('lists models and picks the best for a damage', async () => {
    const listed = await registry.list();
    expect(listed.map((model) => model.state)).toEqual(['ok', 'ok']);
    expect((await registry.forDamage('mosaic'))?.manifest.id).toBe('strong');
    expect(await registry.forDamage('stain')).toBeUndefined();
  });

  test('a changed file fails verification, a cut one is listed with the reason', async () => {
    const path = join(folder, 'bundled', 'weak', 'model.onnx');
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(path, bytes);
    await expect(registry.verify(await registry.get('weak'))).rejects.toMatchObject({
      code: 'model/corrupt',
    });
    writeFileSync(path, bytes.subarray(0, 100));
    expect((await registry.list()).find((model) => model.folder.endsWith('weak'))).toMatchObject({
      state: 'unusable',
      code: 'model/corrupt',
    });
  });

  test.each([
    ['a path out of its folder', (m: Record<string, unknown>) => (m.file = '../../secret.onnx')],
    ['an absolute path', (m: Record<string, unknown>) => (m.file = '/etc/passwd.onnx')],
    ['an unknown adapter', (m: Record<string, unknown>) => (m.adapter = 'shell')],
    ['an id with a slash', (m: Record<string, unknown>) => (m.id = 'a/b')],
    ['a tile of no size', (m: Record<string, unknown>) => (m.tileSizePx = 0)],
    ['a field nobody knows', (m: Record<string, unknown>) => (m.run = 'me')],
  ])('a manifest with %s is refused', async (_, change) => {
    spoil('weak', change);
    expect((await registry.list()).find((model) => model.folder.endsWith('weak'))).toMatchObject({
      state: 'unusable',
      code: 'model/bad-manifest',
    });
  });

  test('a link in place of the model is refused', async () => {
    const path = join(folder, 'bundled', 'weak', 'model.onnx');
    cpSync(path, join(folder, 'elsewhere.onnx'));
    rmSync(path);
    symlinkSync(join(folder, 'elsewhere.onnx'), path);
    expect((await registry.list())[1]).toMatchObject({ state: 'unusable', code: 'model/bad-manifest' });
  });

  test('export, import, remove go round', async () => {
    const exported = await registry.export('weak', folder);
    await expect(registry.import(exported)).rejects.toMatchObject({ code: 'model/exists' });
    spoilId(exported, 'mine');
    const imported = await registry.import(exported);
    expect(imported).toMatchObject({ bundled: false, manifest: { id: 'mine' } });
    expect((await registry.list()).length).toBe(3);
    expect(readdirSync(join(folder, 'own'))).toEqual(['mine']);
    await registry.remove('mine');
    expect((await registry.list()).length).toBe(2);
    await expect(registry.remove('weak')).rejects.toMatchObject({ code: 'model/bundled' });
    await expect(registry.get('mine')).rejects.toMatchObject({ code: 'model/not-found' });
  });

  function spoilId(path: string, id: string): void {
    const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
    writeFileSync(join(path, 'manifest.json'), JSON.stringify({ ...manifest, id }));
  }

  test('a bare .onnx file is known by its inputs and outputs', async () => {
    const article = planOf('article', { baseChannels: 4 }).spec;
    const path = join(folder, 'My Model (2).onnx');
    writeFileSync(path, exportModel(article, initialWeights(parametersOf(article), 1), 'fp32'));
    const { manifest } = await registry.import(path);
    expect(manifest).toMatchObject({ id: 'my-model-2', adapter: 'article', precision: 'fp32' });
    writeFileSync(join(folder, 'text.onnx'), 'no model at all');
    await expect(registry.import(join(folder, 'text.onnx'))).rejects.toMatchObject({
      code: 'model/not-a-model',
    });
    const odd = { ...article, inputChannels: 5 };
    writeFileSync(path, exportModel(odd, initialWeights(parametersOf(odd), 1), 'fp32'));
    await expect(registry.import(path)).rejects.toMatchObject({ code: 'model/unknown-kind' });
    mkdirSync(join(folder, 'empty'));
    await expect(registry.import(join(folder, 'empty'))).rejects.toMatchObject({
      code: 'model/bad-manifest',
    });
  });
});
