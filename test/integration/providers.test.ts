import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { chooseProvider } from '../../electron/engine/runtime/choose.ts';
import { fingerprint } from '../../electron/engine/runtime/fingerprint.ts';
import { probe, probeEntry, type Verdict } from '../../electron/engine/runtime/probe.ts';
import { type ProviderName, providersFor } from '../../electron/engine/runtime/providers.ts';
import { allVerdicts, verdictOn } from '../../electron/engine/runtime/verdicts.ts';
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

  /** Verdict on WebGPU of a child with a program of its own. */
  async function verdictFrom(script: string, timeoutMs?: number): Promise<Verdict> {
    const built = probeEntry.path;
    try {
      probeEntry.path = join(scratch, 'child.mjs');
      writeFileSync(probeEntry.path, script);
      return await probe('webgpu', modelPath, timeoutMs);
    } finally {
      probeEntry.path = built;
    }
  }

  /** A child whose GPU gives `output` where the processor gives [1, -0.5]. */
  const answering = (output: string) =>
    `process.on('message', ({ provider }) => process.send({ ok: true, milliseconds: 1,
      output: provider === 'cpu' ? Float32Array.of(1, -0.5) : Float32Array.of(${output}) }));`;

  test('a driver that crashes or hangs is no more than a verdict', async () => {
    const crash = await verdictFrom(
      "process.on('message', () => { console.error('boom'); process.abort(); });",
    );
    expect(crash).toMatchObject({ ok: false, reason: 'it crashed when it was tried' });
    expect(crash.detail).toMatch(/SIGABRT\s+boom/);
    const hang = await verdictFrom("process.on('message', () => { for (;;); });", 700);
    expect(hang.reason).toMatch(/^it did not answer/);
  });

  test.each([
    ['right', '1, -0.5', true],
    ['as good as half precision gets', '1.005, -0.497', true],
    ['off by 3 %', '1, -0.53', false],
    ['not a number', '1, NaN', false],
    ['endless', 'Infinity, -0.5', false],
    ['too short', '1', false],
    ['nothing at all', '', false],
  ])('a result that is %s is judged', async (_, output, right) => {
    const verdict = await verdictFrom(answering(output));
    expect(verdict).toMatchObject({ ok: right, reason: right ? '' : 'it computes wrong results here' });
  });

  test('without a result of the processor nothing is trusted', async () => {
    const script = `process.on('message', ({ provider }) => process.send(provider === 'cpu'
      ? { ok: false, error: 'no' } : { ok: true, milliseconds: 1, output: Float32Array.of(1) }));`;
    expect(await verdictFrom(script)).toMatchObject({ ok: false, detail: 'no' });
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

  test('all are listed, each with a reason or a time', async () => {
    const cachePath = join(scratch, 'all.json');
    vi.stubEnv('VK_ICD_FILENAMES', '/nowhere.json');
    const verdicts = await allVerdicts({ modelPath, cachePath });
    vi.unstubAllEnvs();
    expect(verdicts.map(({ provider }) => provider)).toEqual(providersFor(process.platform));
    for (const { ok, reason, milliseconds } of verdicts) {
      if (ok) expect(milliseconds).toBeGreaterThan(0);
      else expect(reason).not.toBe('');
    }
    expect(Object.keys(JSON.parse(readFileSync(cachePath, 'utf8')))).toHaveLength(verdicts.length);
    if (process.platform === 'linux') {
      expect(verdicts.find(({ provider }) => provider === 'webgpu')?.reason).toBe(
        'no graphics adapter was found',
      );
    }
  });

  const present = existsSync(softwareVulkan);
  test.skipIf(!present)(
    `WebGPU on software Vulkan agrees with the processor and loses to it${present ? '' : ' (skipped: no chromium)'}`,
    async () => {
      process.env.VK_ICD_FILENAMES ??= softwareVulkan;
      // A graphics card in software takes minutes where others use the processor too.
      const verdict = await probe('webgpu', modelPath, 380_000);
      console.log(`webgpu: error ${verdict.maxAbsError}, ${verdict.milliseconds?.toFixed(0)} ms`);
      expect(verdict).toMatchObject({ ok: true, reason: '' });
      const cpu = await probe('cpu', modelPath);
      const known = (provider: ProviderName): Verdict =>
        provider === 'cpu' ? cpu : { ...verdict, provider, ok: provider === 'webgpu' };
      expect(await chooseProvider('auto', async (provider) => known(provider))).toBe('cpu');
    },
    600_000,
  );
});
