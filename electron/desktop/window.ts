import { fileURLToPath } from 'node:url';
import { BrowserWindow, nativeTheme } from 'electron';
import { appUrl } from './origin.ts';

/** The page is not trusted: it sees no Node, no file and no other origin. */
export const webPreferences = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  spellcheck: false,
  navigateOnDragDrop: false,
} as const;

const barHeightPx = 48;

/** Makes the app's window; it shows itself when its first picture is ready. */
export function createWindow(): BrowserWindow {
  const isDark = nativeTheme.shouldUseDarkColors;
  const window = new BrowserWindow({
    width: 1280,
    height: 840,
    minWidth: 760,
    minHeight: 520,
    show: false,
    title: 'Photomend',
    backgroundColor: canvasColour(isDark),
    autoHideMenuBar: true,
    ...(process.platform === 'darwin' && {
      titleBarStyle: 'hiddenInset' as const,
      trafficLightPosition: { x: 16, y: 17 },
    }),
    ...(process.platform === 'win32' && {
      titleBarStyle: 'hidden' as const,
      titleBarOverlay: overlayColours(isDark),
    }),
    webPreferences: {
      ...webPreferences,
      preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
    },
  });
  window.once('ready-to-show', () => window.show());
  return window;
}

/** Follows the theme with what the system draws. */
export function paintWindow(window: BrowserWindow): void {
  const isDark = nativeTheme.shouldUseDarkColors;
  window.setBackgroundColor(canvasColour(isDark));
  if (process.platform === 'win32') window.setTitleBarOverlay(overlayColours(isDark));
}

export async function loadPage(window: BrowserWindow): Promise<void> {
  await window.loadURL(appUrl);
}

function canvasColour(isDark: boolean): string {
  return isDark ? '#1b1b1c' : '#dededf';
}

function overlayColours(isDark: boolean) {
  return {
    color: isDark ? '#232325' : '#f3f3f4',
    symbolColor: isDark ? '#ececee' : '#1d1d1f',
    height: barHeightPx,
  };
}
