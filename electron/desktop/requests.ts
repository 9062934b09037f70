import { basename } from 'node:path';
import type { BrowserWindow } from 'electron';
import { type App, type Clipboard, ClipboardItem, type Dialog, type Shell } from 'electron';
import { writeSidecar } from '../batch/where/sidecar-file.ts';
import { AppError } from '../engine/errors.ts';
import type { batchRequestNames } from '../ipc/batch-channels.ts';
import type { Opened } from '../ipc/contract.ts';
import type { RequestHandlers } from '../ipc/router.ts';
import type { Settings } from '../ipc/settings.ts';
import type { trainingRequestNames } from '../ipc/training-channels.ts';
import type { Engine } from './engine.ts';
import type { Language, Translate } from './language.ts';
import type { Models } from './models.ts';
import type { OpenPhotos } from './open/open-photos.ts';
import type { OpenQueue } from './open/open-queue.ts';
import { type Opener, openedPhoto } from './open/opener.ts';
import { dialogExtensions } from './open/photo-files.ts';
import { projectExtension } from './project/project-file.ts';
import { saveProject } from './project/projects.ts';
import type { Restoring } from './restoring.ts';
import type { Saving } from './saving.ts';
import type { RecentStore } from './store/recent-store.ts';
import type { SettingsStore } from './store/settings-store.ts';
import type { WorkStore } from './store/work-store.ts';

export interface RequestParts {
  readonly app: Pick<App, 'getVersion' | 'clearRecentDocuments'>;
  readonly dialog: Pick<Dialog, 'showOpenDialog' | 'showMessageBox' | 'showSaveDialog'>;
  readonly shell: Pick<Shell, 'showItemInFolder'>;
  readonly clipboard: Pick<Clipboard, 'read' | 'write'>;
  readonly window: () => BrowserWindow | undefined;
  readonly t: () => Translate;
  readonly language: () => Language;
  readonly engine: Pick<Engine, 'call'>;
  readonly photos: OpenPhotos;
  readonly opener: Opener;
  readonly queue: OpenQueue;
  readonly models: Models;
  readonly restoring: Restoring;
  readonly saving: Saving;
  readonly settings: SettingsStore;
  readonly recent: RecentStore;
  readonly work: WorkStore;
  readonly samplePath: string;
  readonly picturesFolder: string;
  readonly send: {
    opened(opened: Opened): void;
    recent(): void;
  };
  /** Puts changed settings into effect outside the window. */
  readonly onSettings: (settings: Settings) => Promise<void>;
  readonly training: Pick<RequestHandlers, (typeof trainingRequestNames)[number]>;
  readonly batch: Pick<RequestHandlers, (typeof batchRequestNames)[number]>;
}

/** What main does for the window. */
export function requestHandlers(parts: RequestParts): RequestHandlers {
  const { engine, photos, opener, restoring, saving, settings, recent, work } = parts;

  /** Dialogs belong to the window, where there is one. */
  function ask<Options, Answer>(
    show: { (window: BrowserWindow, options: Options): Promise<Answer>; (options: Options): Promise<Answer> },
    options: Options,
  ): Promise<Answer> {
    const window = parts.window();
    return window === undefined ? show(options) : show(window, options);
  }

  /** Opening changes the list of recent photos. */
  async function opening(result: Promise<Opened>): Promise<Opened> {
    const opened = await result;
    parts.send.recent();
    return opened;
  }

  async function close(id: string): Promise<void> {
    photos.remove(id);
    await engine.call('forget', { photo: id });
    await work.discard(id);
  }

  return {
    ...parts.training,
    ...parts.batch,
    'app.start': async () => ({
      version: parts.app.getVersion(),
      platform: platform(),
      language: parts.language(),
      settings: settings.current,
      opened: withOpen(await parts.queue.listen((opened) => parts.send.opened(opened)), photos),
      recent: recent.list,
      unsaved: await work.unsaved(new Set(photos.all().map(({ info }) => info.id))),
    }),

    'app.confirm': async ({ question, name }) => {
      const t = parts.t();
      const words = questions[question];
      const { response } = await ask(parts.dialog.showMessageBox, {
        type: 'warning',
        message: t(words.message, { name }),
        detail: t(words.detail),
        buttons: [t(words.yes), t('ask.cancel')],
        defaultId: 1,
        cancelId: 1,
        noLink: true,
      });
      return response === 0;
    },

    'photos.choose': async ({ what }) => {
      const t = parts.t();
      const isFolder = what === 'folder';
      const { canceled, filePaths } = await ask(parts.dialog.showOpenDialog, {
        title: t(isFolder ? 'dialog.openFolder' : 'dialog.open'),
        properties: isFolder ? ['openDirectory' as const] : ['openFile' as const, 'multiSelections' as const],
        ...(!isFolder && {
          filters: [
            { name: t('dialog.photos'), extensions: [...dialogExtensions, projectExtension] },
            { name: t('dialog.allFiles'), extensions: ['*'] },
          ],
        }),
      });
      return canceled ? { photos: [], failures: [] } : opening(opener.open(filePaths));
    },

    'photos.openDropped': ({ paths }) => opening(opener.open(paths)),

    'photos.openRecent': async ({ id }) => {
      const path = recent.pathOf(id);
      if (path === undefined) throw new AppError('photo/not-found', 'The file is not there.');
      const opened = await opener.open([path]);
      if (opened.photos.length === 0) await recent.remove(path);
      return opening(Promise.resolve(opened));
    },

    'photos.openSample': () => opening(opener.openSample(parts.samplePath, parts.t()('name.sample'))),
    'photos.openTolerant': ({ retry }) => opening(opener.openTolerant(retry)),

    'photos.paste': async () => {
      for (const item of await parts.clipboard.read()) {
        const type = item.types.find((name) => name === 'image/png');
        if (type === undefined) continue;
        const blob = await item.getType('image/png');
        return opener.openPasted(new Uint8Array(await blob.arrayBuffer()), parts.t()('name.pasted'));
      }
      throw new AppError('clipboard/empty', 'There is no picture on the clipboard.', {
        hint: 'Copy a picture in another program first.',
      });
    },

    'photos.close': async ({ photo }) => {
      await close(photo);
      return {};
    },

    'recent.clear': async () => {
      await recent.clear();
      parts.app.clearRecentDocuments();
      parts.send.recent();
      return {};
    },

    'work.keep': async ({ photo: id, document, hasUnsavedEdits }) => {
      const photo = photos.get(id);
      photo.document = document;
      photo.hasUnsavedEdits = hasUnsavedEdits;
      parts.window()?.setDocumentEdited(photos.all().some((open) => open.hasUnsavedEdits));
      // A document must not name patches that a crash would lose.
      await engine.call('written', {});
      const { path, file, tolerant } = photo.source;
      const { name, origin } = photo.info;
      await work.keep(id, { name, path, file, tolerant, origin, hasUnsavedEdits, document });
      return {};
    },

    'work.resume': ({ id }) => opening(opener.resume(id)),

    'work.discard': async ({ id }) => {
      // A photo that is open is closed, not discarded under the person's hands.
      if (!photos.all().some(({ info }) => info.id === id)) await work.discard(id);
      return {};
    },

    'region.analyse': async ({ photo, layers, region }) => {
      const work = { photo: photos.get(photo).source, layers, region };
      const analysis = await engine.call('analyse', work);
      // The person reads what was found, and is about to have it repaired. What is wrong with that shows when they do.
      engine.call('anticipate', { ...work, provider: restoring.provider }).catch(() => undefined);
      return analysis;
    },

    'restore.run': (argument) => restoring.run(argument),
    'whole.find': (argument) => restoring.find(argument),
    'whole.repair': (argument) => restoring.repairWhole(argument),

    'restore.cancel': async ({ job }) => {
      restoring.cancel(job);
      return {};
    },

    'repair.check': ({ photo, ...repair }) =>
      engine.call('check', { photo: photos.get(photo).source, ...repair }),

    'save.copy': ({ photo, layers }) => saving.copy(photos.get(photo), layers),
    'save.as': ({ photo, layers, choices }) => saving.as(photos.get(photo), layers, choices),
    'save.selection': ({ photo, layers, rect, choices }) =>
      saving.as(photos.get(photo), layers, choices, rect),

    'save.project': async ({ photo, document }) => {
      // The patches that it names must be on the disk.
      await engine.call('written', {});
      const path = await saveProject(photos.get(photo), document, parts);
      if (path === undefined) return null;
      return { id: saving.remember(path), name: basename(path) };
    },

    'save.regions': async ({ photo, regions }) => {
      const { info, source } = photos.get(photo);
      if (info.origin !== 'file') throw new AppError('save/folder-missing', 'The picture has no file yet.');
      const path = await writeSidecar(source.path, info, regions);
      return { id: saving.remember(path), name: basename(path) };
    },

    'save.clipboard': async ({ photo, layers, rect }) => {
      const png = await engine.call('picture', {
        photo: photos.get(photo).source,
        layers,
        ...(rect !== undefined && { rect }),
      });
      const blob = new Blob([new Uint8Array(png)], { type: 'image/png' });
      await parts.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
      return {};
    },

    'save.reveal': async ({ id }) => {
      const path = saving.pathOf(id);
      if (path !== undefined) parts.shell.showItemInFolder(path);
      return {};
    },

    'settings.change': async (change) => {
      const changed = await settings.change(change);
      await parts.onSettings(changed);
      return changed;
    },

    'devices.list': () => engine.call('devices', {}),
    'models.list': () => engine.call('models', {}),

    'models.choose': async () => {
      const t = parts.t();
      const { canceled, filePaths } = await ask(parts.dialog.showOpenDialog, {
        title: t('dialog.importModel'),
        properties: ['openFile' as const],
        filters: [{ name: t('dialog.models'), extensions: ['onnx'] }],
      });
      return canceled ? null : parts.models.draft(filePaths[0]);
    },

    'models.import': ({ draft, answers }) => parts.models.import(draft, answers),

    'models.remove': async ({ id }) => {
      await engine.call('removeModel', { id });
      return {};
    },

    'models.setDefault': async ({ id, isDefault }) => {
      await engine.call('setDefaultModel', { id, isDefault });
      return {};
    },

    'models.setFidelity': async (its) => {
      await engine.call('setModelFidelity', its);
      return {};
    },

    'models.catalogue': () => engine.call('catalogue', {}),
    'models.download': ({ id }) => parts.models.download(id),

    'models.cancelDownload': async ({ id }) => {
      parts.models.cancelDownload(id);
      return {};
    },
  };
}

/** What is asked in the system's own message box. */
const questions = {
  'discard-work': { message: 'ask.discardWork', detail: 'ask.discardWorkDetail', yes: 'ask.discard' },
  'discard-edits': { message: 'ask.discardEdits', detail: 'ask.discardEditsDetail', yes: 'ask.close' },
  'remove-model': { message: 'ask.removeModel', detail: 'ask.removeModelDetail', yes: 'ask.remove' },
} as const;

/** A window that was opened again (after a crash of its process) gets back what was open. */
function withOpen(opened: Opened, photos: OpenPhotos): Opened {
  const listed = new Set(opened.photos.map(({ info }) => info.id));
  const others = photos.all().filter(({ info }) => !listed.has(info.id));
  return {
    photos: [...others.map(openedPhoto), ...opened.photos],
    failures: opened.failures,
  };
}

function platform(): 'win32' | 'darwin' | 'linux' {
  return process.platform === 'win32' || process.platform === 'darwin' ? process.platform : 'linux';
}
