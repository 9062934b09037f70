import { describe, expect, test } from 'vitest';
import { chooseProvider } from '../../../electron/engine/runtime/choose.ts';
import type { Verdict } from '../../../electron/engine/runtime/probe.ts';
import { type ProviderName, providersFor } from '../../../electron/engine/runtime/providers.ts';
import { refusal } from '../../../electron/engine/runtime/refusal.ts';

function verdict(provider: ProviderName, ok: boolean, milliseconds: number | null): Verdict {
  return {
    provider,
    ok,
    reason: ok ? '' : 'it is broken',
    detail: '',
    maxAbsError: ok ? 0 : null,
    milliseconds,
  };
}

describe('choosing a provider', () => {
  test('takes the preferred provider that works and is faster than the processor', async () => {
    const gpu = providersFor(process.platform)[0];
    const fast = async (provider: ProviderName) => verdict(provider, true, provider === 'cpu' ? 30 : 3);
    expect(await chooseProvider('auto', fast)).toBe(gpu);
    const slow = async (provider: ProviderName) => verdict(provider, true, provider === 'cpu' ? 30 : 300);
    expect(await chooseProvider('auto', slow)).toBe('cpu');
    const broken = async (provider: ProviderName) => verdict(provider, provider === 'cpu', 30);
    expect(await chooseProvider('auto', broken)).toBe('cpu');
  });

  test('the next one is asked where the preferred does not work', async () => {
    const second = providersFor(process.platform)[1];
    const verdicts = async (provider: ProviderName) =>
      verdict(provider, provider === second || provider === 'cpu', provider === 'cpu' ? 30 : 3);
    expect(await chooseProvider('auto', verdicts)).toBe(second);
  });

  test('the processor needs no probe, and is the end of every list', async () => {
    const never = async (): Promise<Verdict> => {
      throw new Error('asked');
    };
    expect(await chooseProvider('cpu', never)).toBe('cpu');
    const none = async (provider: ProviderName) => verdict(provider, false, null);
    expect(await chooseProvider('auto', none)).toBe('cpu');
  });

  test('says why the one asked for cannot be used', async () => {
    const none = async (provider: ProviderName) => verdict(provider, false, null);
    await expect(chooseProvider('cuda', none)).rejects.toMatchObject({
      code: 'runtime/provider-unavailable',
      message: expect.stringContaining('it is broken'),
    });
  });

  test('one that is asked for is used, however slow', async () => {
    const slow = async (provider: ProviderName) => verdict(provider, true, 5000);
    expect(await chooseProvider('webgpu', slow)).toBe('webgpu');
  });

  test('every platform has its order', () => {
    expect(providersFor('win32')).toEqual(['cuda', 'dml', 'webgpu', 'cpu']);
    expect(providersFor('darwin')).toEqual(['coreml', 'webgpu', 'cpu']);
    expect(providersFor('linux')).toEqual(['cuda', 'webgpu', 'cpu']);
  });
});

describe('refusals', () => {
  // The first words are what ONNX Runtime 1.30 says on Linux without a GPU.
  test.each([
    [
      'cuda',
      'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library\nFailed to load library /app/libonnxruntime_providers_shared.so with error: /app/libonnxruntime_providers_shared.so: cannot open shared object file',
      /^the CUDA library is not installed; .*run: node node_modules/,
    ],
    [
      'cuda',
      'Failed to load shared library\nFailed to load library /app/libonnxruntime_providers_cuda.so with error: libcudnn.so.9: cannot open shared object file',
      /^NVIDIA's libcudnn\.so\.9 is not installed/,
    ],
    ['cuda', 'CUDA failure 100: no CUDA-capable device is detected', /^no NVIDIA card/],
    ['webgpu', 'Failed to get a WebGPU adapter: No supported adapters', /^no graphics adapter/],
    ['webgpu', 'Device lost', /^the graphics driver refused/],
    ['dml', 'dml: backend not found', /^it is not part of ONNX Runtime for/],
    ['dml', 'DXGI_ERROR_NOT_FOUND', /DirectX 12/],
    ['coreml', 'MLModel could not be compiled', /Core ML/],
  ] as const)('%s: "%s" is explained', (provider, error, words) => {
    expect(refusal(provider, { error })).toMatch(words);
  });

  test('a crash and a time-out are told from a refusal', () => {
    expect(refusal('webgpu', { error: 'SIGSEGV', ended: 'crash' })).toMatch(/crashed/);
    expect(refusal('webgpu', { error: '', ended: 'timeout' })).toMatch(/did not answer.*--fresh/);
  });
});
