import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, protocol } from 'electron';
import { startApplication } from './desktop/application.ts';
import { filesFromLaunch } from './desktop/open/launch-files.ts';
import { schemePrivileges } from './desktop/security.ts';
import { userDataFolder } from './user-folders.ts';

/*
 * The front door of the desktop app. A second launch hands its files to the first and ends. Files from Finder may come
 * before the app is ready.
 */
const ownArguments = (argv: readonly string[]) => argv.slice(app.isPackaged ? 1 : 2);
useSharedFolder();
const launched = filesFromLaunch(ownArguments(process.argv), process.cwd());

if (app.requestSingleInstanceLock({ files: launched })) {
  const early: string[] = [...launched];
  let open = (paths: readonly string[]) => {
    early.push(...paths);
  };
  let show = () => {};
  app.on('open-file', (event, path) => {
    event.preventDefault();
    open([path]);
  });
  app.on('second-instance', (_event, _argv, _cwd, data) => {
    const { files } = data as { files?: unknown };
    const paths = Array.isArray(files) ? files.filter((file) => typeof file === 'string') : [];
    if (paths.length > 0) open(paths);
    else show();
  });
  let keepsRunning = () => false;
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !keepsRunning()) app.quit();
  });
  app.on('activate', () => show());
  app.setAppUserModelId('app.photomend.desktop');
  protocol.registerSchemesAsPrivileged([schemePrivileges]);

  await app.whenReady();
  const application = await startApplication(early.splice(0));
  open = (paths) => application.open(paths);
  // What came while it started.
  if (early.length > 0) open(early);
  show = () => application.show();
  keepsRunning = () => application.keepsRunning;
} else {
  app.quit();
}

/** The same folder as the command line's, so that models and verdicts are shared; Chromium's own files apart. */
function useSharedFolder(): void {
  if (process.argv.some((argument) => argument.startsWith('--user-data-dir='))) return;
  const folder = userDataFolder();
  const chromium = join(folder, 'chromium');
  mkdirSync(chromium, { recursive: true });
  app.setPath('userData', folder);
  app.setPath('sessionData', chromium);
}
