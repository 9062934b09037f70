import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseProvider } from '../../electron/engine/runtime/choose.ts';
import { probe, probeEntry, refusal, type Verdict } from '../../electron/engine/runtime/probe.ts';
import { type ProviderName, providersFor } from '../../electron/engine/runtime/providers.ts';
import { fingerprint, verdictOn } from '../../electron/engine/runtime/verdicts.ts';
import { buildNodeParts } from '../support/build.ts';

const modelPath = 'resources/probe/probe.onnx';
const softwareVulkan = '/usr/lib/chromium/vk_swiftshader_icd.json';
const scratch = mkdtempSync(join(tmpdir(), 'photomend-providers-'));

beforeAll(async () => {
  probeEntry.path = join((await buildNodeParts()).outDir, 'probe-child.js');
});
afterAll(() => rmSync(scratch, { recursive: true }));

describe('execution providers', () => {
  test('the processor works', async () => {
    const verdict = await probe('cpu', modelPath);
    expect(verdict).toMatchObject({ provider: 'cpu', ok: true, maxAbsError: 0 });
    expect(verdict.milliseconds).toBeGreaterThan(0);
  });

  test.skipIf(existsSync('/proc/driver/nvidia/version'))(
    'CUDA without its library is refused with what to do about it',
    async () => {
      const verdict = await probe('cuda', modelPath);
      expect(verdict.ok).toBe(false);
      expect(verdict.reason).toMatch(/CUDA library is not installed|not part of ONNX Runtime/);
      expect(verdict.detail).not.toBe('');
    },
  );

  test('a provider of another platform is refused', async () => {
    const foreign: ProviderName = process.platform === 'win32' ? 'coreml' : 'dml';
    const verdict = await probe(foreign, modelPath);
    expect(verdict).toMatchObject({ ok: false });
    expect(verdict.reason).not.toBe('');
  });

  test('a child that dies is a crash, one that hangs a time-out', async () => {
    const built = probeEntry.path;
    try {
      probeEntry.path = join(scratch, 'dies.mjs');
      writeFileSync(probeEntry.path, "process.send('ready'); process.on('message', () => process.abort());");
      expect((await probe('webgpu', modelPath)).reason).toBe('it crashed when it was tried');
      probeEntry.path = join(scratch, 'hangs.mjs');
      writeFileSync(probeEntry.path, "process.send('ready'); setInterval(() => {}, 1000);");
      expect((await probe('webgpu', modelPath, 700)).reason).toBe('it did not answer when it was tried');
      probeEntry.path = join(scratch, 'lies.mjs');
      writeFileSync(
        probeEntry.path,
        "process.send('ready'); process.on('message', ({ provider }) => process.send({ ok: true, milliseconds: 1, output: provider === 'cpu' ? [0] : [0.1] }));",
      );
      expect((await probe('webgpu', modelPath)).reason).toBe('it computes wrong results here');
    } finally {
      probeEntry.path = built;
    }
  });

  test('verdicts are remembered, and a damaged memory is no obstacle', async () => {
    const cachePath = join(scratch, 'inner', 'devices.json');
    const first = await verdictOn('cpu', { modelPath, cachePath });
    const key = await fingerprint('cpu', modelPath);
    expect(JSON.parse(readFileSync(cachePath, 'utf8'))[key]).toEqual(first);
    writeFileSync(cachePath, JSON.stringify({ [key]: { ...first, milliseconds: 123 } }));
    expect((await verdictOn('cpu', { modelPath, cachePath })).milliseconds).toBe(123);
    writeFileSync(cachePath, '{"half a fi');
    expect((await verdictOn('cpu', { modelPath, cachePath })).ok).toBe(true);
  });

  const present = existsSync(softwareVulkan);
  test.skipIf(!present)(
    `WebGPU on software Vulkan agrees with the processor and loses to it${present ? '' : ' (skipped: no chromium)'}`,
    async () => {
      process.env.VK_ICD_FILENAMES ??= softwareVulkan;
      const verdict = await probe('webgpu', modelPath);
      console.log(`webgpu: error ${verdict.maxAbsError}, ${verdict.milliseconds?.toFixed(0)} ms`);
      expect(verdict).toMatchObject({ ok: true, reason: '' });
      const cpu = await probe('cpu', modelPath);
      const known = (provider: ProviderName): Verdict =>
        provider === 'cpu' ? cpu : { ...verdict, provider, ok: provider === 'webgpu' };
      expect(await chooseProvider('auto', async (provider) => known(provider))).toBe('cpu');
    },
    400_000,
  );
});

describe('choosing', () => {
  const verdict = (provider: ProviderName, ok: boolean, milliseconds: number | null): Verdict => ({
    provider,
    ok,
    reason: ok ? '' : 'it is broken',
    detail: '',
    maxAbsError: ok ? 0 : null,
    milliseconds,
  });

  test('takes the preferred provider that works and is faster than the processor', async () => {
    const gpu = providersFor(process.platform)[0];
    const fast = async (provider: ProviderName) => verdict(provider, true, provider === 'cpu' ? 30 : 3);
    expect(await chooseProvider('auto', fast)).toBe(gpu);
    const slow = async (provider: ProviderName) => verdict(provider, true, provider === 'cpu' ? 30 : 300);
    expect(await chooseProvider('auto', slow)).toBe('cpu');
    const broken = async (provider: ProviderName) => verdict(provider, provider === 'cpu', 30);
    expect(await chooseProvider('auto', broken)).toBe('cpu');
  });

  test('says why the one asked for cannot be used', async () => {
    await expect(chooseProvider('cuda', async (p) => verdict(p, false, null))).rejects.toMatchObject({
      code: 'runtime/provider-unavailable',
      message: expect.stringContaining('it is broken'),
    });
  });

  test('every platform ends with the processor', () => {
    expect(providersFor('win32')).toEqual(['cuda', 'dml', 'webgpu', 'cpu']);
    expect(providersFor('darwin')).toEqual(['coreml', 'webgpu', 'cpu']);
    expect(providersFor('linux')).toEqual(['cuda', 'webgpu', 'cpu']);
  });

  test.each([
    ['cuda', 'Failed to load library libonnxruntime_providers_cuda.so', /CUDA library is not installed/],
    ['cuda', 'CUDA failure 100: no CUDA-capable device', /no NVIDIA card/],
    ['webgpu', 'Failed to get a WebGPU adapter', /no graphics adapter/],
    ['dml', 'backend not found.', /not part of ONNX Runtime/],
  ] as const)('%s: "%s" is explained', (provider, error, words) => {
    expect(refusal(provider, { error })).toMatch(words);
  });
});
