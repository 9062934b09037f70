import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkEntry } from '../../../electron/engine/models/check.ts';
import { ModelRegistry } from '../../../electron/engine/models/registry.ts';
import { decodeModel } from '../../../electron/onnx/decode.ts';
import { encodeModel } from '../../../electron/onnx/encode.ts';
import { exportModel } from '../../../electron/training/export.ts';
import { writeModelFolder } from '../../../electron/training/model-folder.ts';
import { initialWeights, parametersOf } from '../../../electron/training/parameters.ts';
import { planOf } from '../../../electron/training/plan.ts';
import { buildNodeParts } from '../../support/build.ts';

const plan = planOf('photomend', { baseChannels: 4 });
const weights = initialWeights(parametersOf(plan.spec), 1);
const facts = { name: 'A test', version: '1', licence: 'MIT', source: 'test', training: {} };

const template = mkdtempSync(join(tmpdir(), 'photomend-models-'));
let folder: string;
let registry: ModelRegistry;

beforeAll(async () => {
  checkEntry.path = join((await buildNodeParts()).outDir, 'model-check-child.js');
  for (const [id, priority] of [
    ['weak', 1],
    ['strong', 9],
  ] as const) {
    await writeModelFolder(join(template, id), plan, weights, { ...facts, id, priority });
  }
});
afterAll(() => rmSync(template, { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'photomend 模型 '));
  registry = new ModelRegistry({ bundledFolder: join(folder, 'bundled'), userFolder: join(folder, 'own') });
  cpSync(template, join(folder, 'bundled'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes the manifest in a model's folder. */
function spoilAt(path: string, change: (manifest: Record<string, unknown>) => void): void {
  const manifest = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'));
  change(manifest);
  writeFileSync(join(path, 'manifest.json'), JSON.stringify(manifest));
}

/** Changes the manifest of a bundled model. */
function spoil(id: string, change: (manifest: Record<string, unknown>) => void): void {
  spoilAt(join(folder, 'bundled', id), change);
}

/** A model folder outside the registry, as a person would import one. */
function offered(id: string, change: (manifest: Record<string, unknown>) => void = () => {}): string {
  const path = join(folder, 'offered', id);
  cpSync(join(template, 'weak'), path, { recursive: true });
  spoilAt(path, (manifest) => {
    manifest.id = id;
    change(manifest);
  });
  return path;
}

const articleKind = {
  adapter: 'article',
  input: { name: 'input', channels: 3, range: '' },
  output: { name: 'output', channels: 3, range: '' },
};

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
    spoilAt(exported, (manifest) => (manifest.id = 'mine'));
    const imported = await registry.import(exported);
    expect(imported).toMatchObject({ bundled: false, manifest: { id: 'mine' } });
    expect((await registry.list()).length).toBe(3);
    expect(readdirSync(join(folder, 'own'))).toEqual(['mine']);
    await registry.remove('mine');
    expect((await registry.list()).length).toBe(2);
    await expect(registry.remove('weak')).rejects.toMatchObject({ code: 'model/bundled' });
    await expect(registry.get('mine')).rejects.toMatchObject({ code: 'model/not-found' });
  });

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

  test('a bare file of a name in another script gets an id all the same', async () => {
    const path = join(folder, '修复.onnx');
    cpSync(join(template, 'weak', 'model.onnx'), path);
    expect((await registry.import(path)).manifest).toMatchObject({ id: 'model', name: '修复' });
  });

  test('a model whose weights lie in another file is refused with what to do', async () => {
    const path = join(folder, 'split.onnx');
    const model = decodeModel(readFileSync(join(template, 'weak', 'model.onnx')));
    const initializers = model.initializers.map((tensor) => ({ ...tensor, raw: new Uint8Array() }));
    writeFileSync(path, encodeModel({ ...model, initializers }));
    writeFileSync(`${path}.data`, new Uint8Array(1000));
    await expect(registry.import(path)).rejects.toMatchObject({
      code: 'model/not-a-model',
      hint: expect.stringContaining('external_data'),
    });
  });

  test('a model for pictures of one size is refused with what to do', async () => {
    const path = join(folder, 'fixed.onnx');
    const model = decodeModel(readFileSync(join(template, 'weak', 'model.onnx')));
    const inputs = model.inputs.map((input) => ({ ...input, dims: [1, 6, 64, 64] }));
    writeFileSync(path, encodeModel({ ...model, inputs }));
    await expect(registry.import(path)).rejects.toMatchObject({
      code: 'model/fixed-size',
      hint: expect.stringContaining('dynamic'),
    });
  });

  test.each<[string, string, (manifest: Record<string, unknown>) => void]>([
    ['of another kind than its file', 'model/bad-manifest', (m) => Object.assign(m, articleKind)],
    ['of a size multiple the network cannot take', 'model/does-not-run', (m) => (m.sizeMultiple = 1)],
    ['of another hash', 'model/corrupt', (m) => (m.sha256 = '00'.repeat(32))],
    ['of another size', 'model/corrupt', (m) => (m.bytes = 5)],
  ])('a manifest %s keeps a model out', async (_, code, change) => {
    const path = offered('wrong', change);
    await expect(registry.import(path)).rejects.toMatchObject({ code });
    await expect(registry.resolve(path)).rejects.toMatchObject({ code });
    expect(existsSync(join(folder, 'own')) ? readdirSync(join(folder, 'own')) : []).toEqual([]);
  });

  test('tiles that would take too much memory keep a model out', async () => {
    const spec = { ...planOf('article').spec, baseChannels: 64, stages: 1 };
    const path = join(folder, 'wide.onnx');
    writeFileSync(path, exportModel(spec, initialWeights(parametersOf(spec), 1), 'fp16'));
    const { manifest } = await registry.import(path);
    expect(manifest.tileSizePx).toBe(512);
    const exported = await registry.export('wide', folder);
    await registry.remove('wide');
    spoilAt(exported, (m) => (m.tileSizePx = 2048));
    await expect(registry.import(exported)).rejects.toMatchObject({
      code: 'model/tile-too-large',
      hint: expect.stringContaining('1024'),
    });
  });

  test('a path is tried out, the path of a model that is known is not', async () => {
    const path = offered('elsewhere');
    expect(await registry.resolve(path)).toMatchObject({ bundled: false, manifest: { id: 'elsewhere' } });
    expect(await registry.resolve(join(path, 'manifest.json'))).toMatchObject({ folder: path });
    expect(await registry.resolve(join(path, 'model.onnx'))).toMatchObject({ manifest: { id: 'elsewhere' } });
    const entry = checkEntry.path;
    try {
      checkEntry.path = join(folder, 'missing.js');
      expect(await registry.resolve(join(folder, 'bundled', 'weak'))).toMatchObject({ bundled: true });
      await expect(registry.resolve(path)).rejects.toMatchObject({ code: 'internal/missing-part' });
    } finally {
      checkEntry.path = entry;
    }
  });

  test.each([
    ['dies', 'process.on("message", () => process.abort());', 'model/crashes'],
    [
      'lies',
      'process.on("message", () => process.send({ ok: false, code: "model/x", message: "" }));',
      'model/x',
    ],
  ])('a file on which the child %s is not imported', async (name, script, code) => {
    const entry = checkEntry.path;
    try {
      checkEntry.path = join(folder, `${name}.mjs`);
      writeFileSync(checkEntry.path, script);
      await expect(registry.import(offered('bad'))).rejects.toMatchObject({ code });
      expect(readdirSync(join(folder, 'own'))).toEqual([]);
    } finally {
      checkEntry.path = entry;
    }
  });

  test('what is no model folder does not hide those that are', async () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'bundled', 'dangling'));
    writeFileSync(join(folder, 'bundled', 'notes.txt'), 'notes');
    mkdirSync(join(folder, 'bundled', '.half.tmp'));
    mkdirSync(join(folder, 'bundled', 'empty'));
    expect((await registry.list()).map(({ state }) => state)).toEqual(['unusable', 'ok', 'ok']);
    expect((await registry.get('weak')).bundled).toBe(true);
  });

  test.each(['auto', 'none', 'texture'])('"%s" is no name for a model', async (id) => {
    await expect(registry.import(offered(id))).rejects.toMatchObject({ code: 'model/exists' });
  });

  test('a damaged model of the person can be removed and imported again', async () => {
    const path = offered('mine');
    const { modelPath } = await registry.import(path);
    writeFileSync(modelPath, 'cut');
    await expect(registry.get('mine')).rejects.toMatchObject({ code: 'model/not-found' });
    await expect(registry.import(path)).rejects.toMatchObject({ code: 'model/exists' });
    await registry.remove('mine');
    expect((await registry.import(path)).manifest.id).toBe('mine');
    await expect(registry.remove('nobody')).rejects.toMatchObject({ code: 'model/not-found' });
  });

  test('files that are none, huge, or cannot be read end in a code', async () => {
    const huge = join(folder, 'huge.onnx');
    writeFileSync(huge, '');
    truncateSync(huge, 2 ** 31);
    await expect(registry.import(huge)).rejects.toMatchObject({ code: 'model/not-a-model' });
    if (existsSync('/dev/zero')) {
      await expect(registry.import('/dev/zero')).rejects.toMatchObject({ code: 'model/not-a-model' });
    }
    const path = offered('big');
    writeFileSync(join(path, 'manifest.json'), ' '.repeat(2 ** 20 + 1));
    await expect(registry.import(path)).rejects.toMatchObject({ code: 'model/bad-manifest' });
    await expect(registry.import(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'model/not-found' });
  });

  test('a folder that cannot be written ends in a code', async () => {
    writeFileSync(join(folder, 'own'), 'a file in the way');
    await expect(registry.import(offered('mine'))).rejects.toMatchObject({ code: 'model/cannot-write' });
    await expect(registry.export('weak', join(folder, 'own'))).rejects.toMatchObject({
      code: 'model/cannot-write',
    });
  });
});
