import type { IpcMainInvokeEvent } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { AppError } from '../../../electron/engine/errors.ts';
import { requestNames } from '../../../electron/ipc/channels.ts';
import { requests } from '../../../electron/ipc/contract.ts';
import { type RequestHandlers, routeRequests } from '../../../electron/ipc/router.ts';

type Listener = (event: IpcMainInvokeEvent, ...args: unknown[]) => Promise<unknown>;

function routed(handlers: Partial<RequestHandlers>, trusted = true) {
  const listeners = new Map<string, Listener>();
  const onUnexpected = vi.fn();
  const missing = () => Promise.reject(new Error('not part of this test'));
  routeRequests({
    ipcMain: { handle: (name: string, listener: Listener) => void listeners.set(name, listener) } as never,
    handlers: {
      ...Object.fromEntries(requestNames.map((name) => [name, missing])),
      ...handlers,
    } as RequestHandlers,
    isTrusted: () => trusted,
    onUnexpected,
  });
  const call = (name: string, ...args: unknown[]) => {
    const listener = listeners.get(name);
    if (listener === undefined) throw new Error(`no handler for ${name}`);
    return listener({} as IpcMainInvokeEvent, ...args);
  };
  return { call, onUnexpected, names: [...listeners.keys()] };
}

describe('requests of the window', () => {
  test('every request of the contract has a handler', () => {
    expect(routed({}).names.sort()).toEqual(Object.keys(requests).sort());
  });

  test('strangers get nothing, and nothing runs', async () => {
    const close = vi.fn();
    const { call } = routed({ 'photos.close': close }, false);
    expect(await call('photos.close', { photo: crypto.randomUUID() })).toMatchObject({
      ok: false,
      error: { code: 'ipc/forbidden' },
    });
    expect(close).not.toHaveBeenCalled();
  });

  test('arguments that are not of the contract are refused', async () => {
    const close = vi.fn();
    const { call } = routed({ 'photos.close': close });
    const wrong = [
      [],
      [{}],
      [{ photo: '../../etc/passwd' }],
      [{ photo: crypto.randomUUID(), path: '/' }],
      [{}, {}],
    ];
    for (const args of wrong) {
      expect(await call('photos.close', ...args)).toMatchObject({
        ok: false,
        error: { code: 'ipc/bad-request' },
      });
    }
    expect(close).not.toHaveBeenCalled();
  });

  test('errors keep their code, hint and data; unknown ones are logged', async () => {
    const { call, onUnexpected } = routed({
      'photos.openSample': () =>
        Promise.reject(
          new AppError('photo/too-large', 'Too large.', { hint: 'Crop it.', data: { limit: 5 } }),
        ),
      'photos.paste': () => Promise.reject(new TypeError('x is undefined')),
    });
    expect(await call('photos.openSample', {})).toEqual({
      ok: false,
      error: { code: 'photo/too-large', message: 'Too large.', hint: 'Crop it.', data: { limit: 5 } },
    });
    expect(await call('photos.paste', {})).toMatchObject({
      ok: false,
      error: { code: 'internal/unexpected' },
    });
    expect(onUnexpected).toHaveBeenCalledOnce();
  });
});
