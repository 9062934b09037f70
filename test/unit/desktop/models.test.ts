import { describe, expect, test, vi } from 'vitest';
import { Models } from '../../../electron/desktop/models.ts';
import { AppError } from '../../../electron/engine/errors.ts';
import { defaultSettings } from '../../../electron/ipc/settings.ts';

const model = { id: 'yunet' };

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (data: { receivedBytes: number; bytes: number }) => void;
}

function models(offline: boolean, download: (options: CallOptions) => Promise<unknown> = async () => model) {
  const call = vi.fn(async (method: string, _argument: unknown, options: CallOptions = {}) =>
    method === 'downloadModel' ? download(options) : { name: 'a.onnx' },
  );
  const onProgress = vi.fn();
  const parts = { engine: { call } as never, settings: () => ({ ...defaultSettings, offline }), onProgress };
  return { models: new Models(parts), call, onProgress };
}

/** A download that goes on until it is cancelled. */
function endless(received: number) {
  return ({ signal, onProgress }: CallOptions) =>
    new Promise((_, reject) => {
      onProgress?.({ receivedBytes: received, bytes: 100 });
      signal?.addEventListener('abort', () => reject(new AppError('restore/cancelled', '')));
    });
}

describe('downloads', () => {
  test('are refused as long as the person stays offline, before anything is asked', async () => {
    const { models: its, call } = models(true);
    await expect(its.download('yunet')).rejects.toMatchObject({ code: 'download/offline' });
    expect(call).not.toHaveBeenCalled();
    expect(defaultSettings.offline).toBe(true);
  });

  test('tell of their progress', async () => {
    const { models: its, onProgress } = models(false, async ({ onProgress: tell }) => {
      tell?.({ receivedBytes: 5, bytes: 10 });
      return model;
    });
    expect(await its.download('yunet')).toBe(model);
    expect(onProgress).toHaveBeenCalledWith({ id: 'yunet', receivedBytes: 5, bytes: 10 });
  });

  test('can be cancelled, and end when the person goes offline', async () => {
    const { models: its } = models(false, endless(5));
    const one = its.download('yunet');
    its.cancelDownload('yunet');
    await expect(one).rejects.toMatchObject({ code: 'download/cancelled' });
    const other = its.download('yunet');
    its.cancelAll();
    await expect(other).rejects.toMatchObject({ code: 'download/cancelled' });
  });

  test('that have arrived are imported to the end', () => {
    let signal: AbortSignal | undefined;
    const { models: its } = models(false, (options) => {
      signal = options.signal;
      return endless(100)(options);
    });
    void its.download('yunet').catch(() => undefined);
    its.cancelDownload('yunet');
    expect(signal?.aborted).toBe(false);
  });
});

describe('imports', () => {
  test('the window knows a draft, and nothing else can be imported', async () => {
    const { models: its, call } = models(true);
    const { draft } = await its.draft('/home/me/a.onnx');
    await its.import(draft, { range: '0..1' });
    expect(call).toHaveBeenLastCalledWith('importModel', {
      path: '/home/me/a.onnx',
      answers: { range: '0..1' },
    });
    await expect(its.import(draft, {})).rejects.toMatchObject({ code: 'model/not-found' });
  });
});
