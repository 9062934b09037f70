import type { App, IpcMainInvokeEvent, Session, WebContents } from 'electron';
import { appOrigin, appScheme } from './origin.ts';

/** Nothing of the operating system is granted, and no request leaves the app. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => decide(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isOwnRequest(url) }));
}

/** The app's own pages and pixels, and pictures that the page made itself. */
export function isOwnRequest(url: string): boolean {
  return [`${appOrigin}/`, `blob:${appOrigin}/`, 'devtools://'].some((start) => url.startsWith(start));
}

/** No page of the app leads anywhere else, opens a window or holds another page. */
export function lockNavigation(app: Pick<App, 'on'>): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    const stay = (event: { preventDefault(): void; readonly url: string }) => {
      if (!event.url.startsWith(`${appOrigin}/`)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  });
}

/** Whether a message comes from the top frame of one of the app's own pages. */
export function isFromApp(
  event: IpcMainInvokeEvent,
  isOwnWindow: (contents: WebContents) => boolean,
): boolean {
  const { senderFrame } = event;
  if (senderFrame === null || senderFrame.parent !== null) return false;
  return senderFrame.origin === appOrigin && isOwnWindow(event.sender);
}

/** What the scheme may do; without these, a page of it could neither fetch nor be a secure context. */
export const schemePrivileges = {
  scheme: appScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
} as const;
