import type { IpcMainInvokeEvent, Session, WebContents } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { isFromApp, isOwnRequest, lockNavigation, lockSession } from '../../../electron/desktop/security.ts';

describe('what a page may do', () => {
  test('only requests of the app itself leave the page', () => {
    for (const url of ['app://bundle/index.html', 'app://bundle/photo/1/view', 'blob:app://bundle/1']) {
      expect(isOwnRequest(url)).toBe(true);
    }
    const strangers = [
      'https://example.org/',
      'http://localhost/',
      'file:///etc/passwd',
      'app://other/',
      'app://bundle.evil/',
    ];
    for (const url of [...strangers, 'data:text/html,x', 'ws://x/']) expect(isOwnRequest(url)).toBe(false);
  });

  test('every permission is refused and every foreign request cancelled', () => {
    const session = {
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
      setSpellCheckerEnabled: vi.fn(),
      webRequest: { onBeforeRequest: vi.fn() },
    };
    lockSession(session as unknown as Session);
    const decide = vi.fn();
    session.setPermissionRequestHandler.mock.calls[0][0](undefined, 'media', decide);
    expect(decide).toHaveBeenCalledWith(false);
    expect(session.setPermissionCheckHandler.mock.calls[0][0]()).toBe(false);
    expect(session.setDevicePermissionHandler.mock.calls[0][0]()).toBe(false);
    const answer = vi.fn();
    session.webRequest.onBeforeRequest.mock.calls[0][0]({ url: 'https://example.org/' }, answer);
    expect(answer).toHaveBeenCalledWith({ cancel: true });
  });

  test('no page leads away, opens windows or holds other pages', () => {
    const listeners = new Map<string, (event: unknown) => void>();
    const contents = {
      on: (name: string, listener: (event: unknown) => void) => listeners.set(name, listener),
      setWindowOpenHandler: vi.fn(),
    };
    lockNavigation({
      on: (_name: string, listener: (event: unknown, contents: WebContents) => void) =>
        listener({}, contents as unknown as WebContents),
    } as never);
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      const away = { url: 'https://example.org/', preventDefault: vi.fn() };
      listeners.get(name)?.(away);
      expect(away.preventDefault).toHaveBeenCalled();
      const home = { url: 'app://bundle/index.html', preventDefault: vi.fn() };
      listeners.get(name)?.(home);
      expect(home.preventDefault).not.toHaveBeenCalled();
    }
    const attach = { preventDefault: vi.fn() };
    listeners.get('will-attach-webview')?.(attach);
    expect(attach.preventDefault).toHaveBeenCalled();
    expect(contents.setWindowOpenHandler.mock.calls[0][0]()).toEqual({ action: 'deny' });
  });

  test('only the top frame of an own window is listened to', () => {
    const event = (senderFrame: unknown) =>
      ({ senderFrame, sender: 'contents' }) as unknown as IpcMainInvokeEvent;
    const own = { parent: null, origin: 'app://bundle' };
    expect(isFromApp(event(own), () => true)).toBe(true);
    expect(isFromApp(event(own), () => false)).toBe(false);
    expect(isFromApp(event(null), () => true)).toBe(false);
    expect(isFromApp(event({ ...own, parent: own }), () => true)).toBe(false);
    expect(isFromApp(event({ ...own, origin: 'null' }), () => true)).toBe(false);
    expect(isFromApp(event({ ...own, origin: 'https://example.org' }), () => true)).toBe(false);
  });
});
