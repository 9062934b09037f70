import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  type BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  nativeTheme,
  powerMonitor,
  protocol,
  session,
  shell,
} from 'electron';
import type { EventName } from '../ipc/channels.ts';
import type { EventData } from '../ipc/contract.ts';
import { errorInfo } from '../ipc/errors.ts';
import { routeRequests } from '../ipc/router.ts';
import type { Settings } from '../ipc/settings.ts';
import { Batch } from './batch/batch.ts';
import { startBatchProcess } from './batch/batch-process.ts';
import { batchPicture } from './batch/pictures.ts';
import { batchRequestHandlers } from './batch/requests.ts';
import { electronSystem } from './batch/system.ts';
import { Closing } from './closing.ts';
import { startEngine } from './engine.ts';
import { languageFor, translations } from './language.ts';
import { setMenu } from './menu.ts';
import { Models } from './models.ts';
import { OpenPhotos } from './open/open-photos.ts';
import { OpenQueue } from './open/open-queue.ts';
import { Opener } from './open/opener.ts';
import { appScheme } from './origin.ts';
import { serveBundle } from './protocol/bundle.ts';
import { securityHeaders } from './protocol/headers.ts';
import { PixelHandler } from './protocol/pixels.ts';
import { trainingPicture } from './protocol/training-pictures.ts';
import { requestHandlers } from './requests.ts';
import { Restoring } from './restoring.ts';
import { Saving } from './saving.ts';
import { isFromApp, lockNavigation, lockSession } from './security.ts';
import { RecentStore } from './store/recent-store.ts';
import { SettingsStore } from './store/settings-store.ts';
import { WorkStore } from './store/work-store.ts';
import { trainingRequestHandlers } from './training/requests.ts';
import { Training } from './training/training.ts';
import { createWindow, loadPage, paintWindow } from './window.ts';

/** The first photo comes first. */
const warmUpDelayMs = 1500;

export interface Application {
  /** Opens files and shows them; the window comes to the front. */
  open(paths: readonly string[]): void;
  /** Makes a window where there is none. */
  show(): void;
  /** Asks about unsaved work, then ends the app. */
  quit(): void;
  /** Whether the app goes on without a window, for the sake of a training. */
  readonly keepsRunning: boolean;
}

/** Builds the app: stores, the engine's process, the protocol, the requests, the window. To be called when ready. */
export async function startApplication(firstPaths: readonly string[]): Promise<Application> {
  const userDataFolder = app.getPath('userData');
  const resourcesFolder = app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources');
  let window: BrowserWindow | undefined;
  let isQuitting = false;
  let training: Training | undefined;
  let batch: Batch | undefined;

  const send = <Name extends EventName>(name: Name, data: EventData<Name>) => {
    if (window !== undefined && !window.isDestroyed()) window.webContents.send(name, data);
  };
  // A training yields to both.
  const busy = new Set<'editor' | 'batch'>();
  const setBusy = (who: 'editor' | 'batch', isBusy: boolean) => {
    if (isBusy) busy.add(who);
    else busy.delete(who);
    training?.trainer.setEditorBusy(busy.size > 0);
  };
  // First of all: it gets ready while everything else does.
  const engine = startEngine(
    { resourcesFolder, userDataFolder },
    (state, detail) => {
      if (detail !== '') console.error(`The engine's process ended: ${detail}`);
      // Of one that was ended because of a cancel nobody has to know.
      if (state !== 'replacing') send('engine.state', { state });
    },
    (isBusy) => {
      setBusy('editor', isBusy);
      batch?.setEditorBusy(isBusy);
    },
  );
  const photos = new OpenPhotos();
  const work = new WorkStore(userDataFolder);
  const [settings, recent] = await Promise.all([
    SettingsStore.open(userDataFolder),
    RecentStore.open(userDataFolder),
  ]);
  const opener = new Opener({
    engine,
    photos,
    work,
    recent,
    onOpened: (path) => app.addRecentDocument(path),
  });
  const queue = new OpenQueue((paths) => opener.open(paths));
  queue.add(firstPaths);

  const currentLanguage = () => languageFor(settings.current.language, app.getPreferredSystemLanguages());
  const words = await translations(currentLanguage());
  const trainings = new Training({
    configuration: { resourcesFolder, userDataFolder },
    iconPath: join(resourcesFolder, 'icons', 'tray.png'),
    settings: () => settings.current,
    t: () => words.t,
    show: () => show(),
    quit: () => app.quit(),
    onChange: (state) => send('training.changed', state),
    onModels: () => send('library.changed', {}),
  });
  training = trainings;
  await trainings.load();
  const restoring = new Restoring({
    engine,
    photos,
    settings: () => settings.current,
    onProgress: (data) => send('restore.progress', data),
  });
  const models = new Models({
    engine,
    settings: () => settings.current,
    onProgress: (data) => send('models.progress', data),
  });
  const saving = new Saving({
    engine,
    dialog,
    window: () => window,
    settings: () => settings.current,
    t: () => words.t,
    picturesFolder: app.getPath('pictures'),
  });
  const closing = new Closing({
    photos,
    dialog,
    t: () => words.t,
    saveCopy: (photo, layers) => saving.copy(photo, layers),
    onSaveFailed: (error) => {
      const { message, hint } = errorInfo(error);
      void dialog.showMessageBox({ type: 'error', message, ...(hint !== undefined && { detail: hint }) });
    },
    discardAll: async () => {
      for (const { info } of photos.all()) {
        photos.remove(info.id);
        await work.discard(info.id);
      }
    },
  });

  async function applySettings(changed: Settings): Promise<void> {
    nativeTheme.themeSource = changed.theme;
    if (changed.offline) models.cancelAll();
    await words.change(currentLanguage());
    showMenu();
    trainings.settingsChanged();
    send('settings.changed', { settings: changed, language: currentLanguage() });
  }

  function showMenu(): void {
    setMenu(words.t, {
      command: (command) => send('menu.command', { command }),
      quit: () => app.quit(),
    });
  }

  /** A failure shows, with its reason, when a person restores something. */
  function warmUp(): void {
    const { provider, model } = settings.current;
    engine.call('warmUp', { provider, model }).catch(() => undefined);
  }

  function openWindow(): void {
    const made = createWindow();
    window = made;
    trainings.windowOpened();
    closing.watch(
      made,
      () => {
        if (isQuitting) app.quit();
        else made.close();
      },
      () => {
        isQuitting = false;
      },
    );
    made.on('closed', () => {
      window = undefined;
      queue.pause();
    });
    // The page holds nothing that is not kept here: it is loaded again with all that was open.
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit' && !made.isDestroyed()) made.webContents.reload();
    });
    made.webContents.once('did-finish-load', () => setTimeout(warmUp, warmUpDelayMs));
    loadPage(made).catch((error: unknown) => {
      if (made.isDestroyed()) return;
      console.error(error);
      dialog.showErrorBox(words.t('failed.title'), words.t('failed.page'));
    });
  }

  const folderBatch = new Batch({
    start: () => startBatchProcess({ resourcesFolder, userDataFolder, models: 'ids' }),
    system: electronSystem(),
    t: () => words.t,
    language: currentLanguage,
    onPlanned: (data) => send('batch.planned', data),
    onNews: (data) => send('batch.news', data),
    onEnded: (data) => send('batch.ended', data),
    onFraction: (fraction) => window?.setProgressBar(fraction),
    onBusy: (isBusy) => setBusy('batch', isBusy),
  });
  batch = folderBatch;
  const batchHandlers = batchRequestHandlers({
    batch: folderBatch,
    dialog,
    shell,
    window: () => window,
    t: () => words.t,
    pathsOf: (ids) =>
      ids
        .map((id) => photos.get(id))
        .filter(({ info }) => info.origin === 'file')
        .map(({ source }) => source.path),
    open: (path) => queue.add([path]),
  });
  const trainingHandlers = trainingRequestHandlers({
    training: trainings,
    userDataFolder,
    dialog,
    window: () => window,
    t: () => words.t,
    onModelUsed: async () => {
      // A model that was chosen by hand would hide the one that is in use now.
      if (settings.current.model !== 'auto') await applySettings(await settings.change({ model: 'auto' }));
      send('library.changed', {});
    },
  });
  routeRequests({
    ipcMain,
    isTrusted: (event) => isFromApp(event, (contents) => contents === window?.webContents),
    onUnexpected: (name, error) => console.error(`${name}:`, error),
    handlers: requestHandlers({
      app,
      dialog,
      shell,
      clipboard,
      window: () => window,
      t: () => words.t,
      language: currentLanguage,
      engine,
      photos,
      opener,
      queue,
      models,
      restoring,
      saving,
      settings,
      recent,
      work,
      samplePath: join(resourcesFolder, 'samples', 'sample.jpg'),
      picturesFolder: app.getPath('pictures'),
      send: {
        opened: (opened) => send('photos.opened', opened),
        recent: () => send('recent.changed', recent.list),
      },
      onSettings: applySettings,
      training: trainingHandlers,
      batch: batchHandlers,
    }),
  });

  lockSession(session.defaultSession);
  lockNavigation(app);
  const bundle = await serveBundle(fileURLToPath(new URL('./renderer', import.meta.url)));
  const pixels = new PixelHandler(photos, engine);
  protocol.handle(appScheme, async (request) => {
    const answer =
      (await pixels.handle(request)) ??
      (await batchPicture(request, { batch: folderBatch, engine })) ??
      (await trainingPicture(request, { training: trainings, engine })) ??
      (await bundle(new URL(request.url).pathname));
    return answer ?? new Response('Not found', { status: 404, headers: securityHeaders('text/plain') });
  });

  nativeTheme.themeSource = settings.current.theme;
  nativeTheme.on('updated', () => {
    if (window !== undefined) paintWindow(window);
  });
  showMenu();
  app.on('before-quit', () => {
    isQuitting = true;
  });
  let isClosed = false;
  app.on('will-quit', (event) => {
    engine.close();
    if (isClosed) return;
    // The training's last state first; then once more.
    event.preventDefault();
    isClosed = true;
    void Promise.allSettled([folderBatch.close(), trainings.close()]).finally(() => app.quit());
  });
  // The system shuts down or the person logs off.
  powerMonitor.on('shutdown', () => app.quit());
  openWindow();

  return {
    open: (paths) => {
      queue.add(paths);
      if (window === undefined) openWindow();
      else bringToFront(window);
    },
    show,
    quit: () => app.quit(),
    get keepsRunning() {
      return !isQuitting && trainings.keepsRunning;
    },
  };

  function show(): void {
    if (window === undefined) openWindow();
    else bringToFront(window);
  }
}

function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
