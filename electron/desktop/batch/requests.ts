import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserWindow, Dialog, OpenDialogOptions, Shell } from 'electron';
import type { batchRequestNames } from '../../ipc/batch-channels.ts';
import type { RequestHandlers } from '../../ipc/router.ts';
import type { Translate } from '../language.ts';
import { dialogExtensions } from '../open/photo-files.ts';
import type { Batch } from './batch.ts';

export interface BatchRequestParts {
  readonly batch: Batch;
  readonly dialog: Pick<Dialog, 'showOpenDialog'>;
  readonly shell: Pick<Shell, 'openPath' | 'showItemInFolder' | 'trashItem'>;
  readonly window: () => BrowserWindow | undefined;
  readonly t: () => Translate;
  /** The files of photos that are open in the editor; those without a file of their own are left out. */
  readonly pathsOf: (photos: readonly string[]) => readonly string[];
  /** Opens a photo in the editor. */
  readonly open: (path: string) => void;
}

/** What main does for the Folder place. */
export function batchRequestHandlers(
  parts: BatchRequestParts,
): Pick<RequestHandlers, (typeof batchRequestNames)[number]> {
  const { batch, dialog, shell } = parts;

  async function ask(options: OpenDialogOptions): Promise<string | undefined> {
    const window = parts.window();
    const { canceled, filePaths } = await (window === undefined
      ? dialog.showOpenDialog(options)
      : dialog.showOpenDialog(window, options));
    return canceled ? undefined : filePaths[0];
  }

  return {
    'batch.choose': async ({ what }) => {
      const t = parts.t();
      const path = await ask({
        title: t(`dialog.batch.${what}`),
        properties: what === 'mask' ? ['openFile'] : ['openDirectory', 'createDirectory'],
        ...(what === 'mask' && {
          filters: [{ name: t('dialog.photos'), extensions: [...dialogExtensions] }],
        }),
      });
      if (path === undefined) return null;
      if (what === 'folder') return batch.choose([path]);
      return what === 'out' ? batch.chooseOut(path) : batch.chooseMasks(path);
    },
    'batch.openDropped': ({ paths }) => batch.choose(paths),
    'batch.try': ({ settings }) => batch.try(settings),
    'batch.find': ({ photo, ...settings }) => batch.find(photo, settings),
    'batch.takeOpen': ({ photos }) => batch.choose(parts.pathsOf(photos)),
    'batch.start': async ({ settings, unfinished }) => {
      batch.start(settings, unfinished);
      return {};
    },
    'batch.control': async (order) => {
      switch (order.action) {
        case 'pause':
        case 'go-on':
          batch.hold('person', order.action === 'pause');
          break;
        case 'cancel':
          await batch.stop();
          break;
        case 'skip':
          await batch.skip(order.photos);
          break;
        case 'move':
          await batch.move(order.photos, order.before);
          break;
        case 'again':
          await batch.again(order.photos, order.settings);
          break;
        case 'battery':
          batch.setPausesOnBattery(order.pauses);
      }
      return {};
    },
    'batch.judge': async ({ photo, verdict }) => {
      const path = await batch.judge(photo, verdict);
      if (verdict === 'discard' && path !== null) await shell.trashItem(path);
      return {};
    },
    'batch.open': async ({ photo }) => {
      parts.open(batch.pathOf(photo));
      return {};
    },
    'batch.reveal': async ({ what }) => {
      const { outPath } = batch;
      if (outPath === undefined) return {};
      const report = join(outPath, 'photomend-report.html');
      const isThere = (await stat(report).catch(() => undefined)) !== undefined;
      // No browser: the file manager shows where it is.
      const isShown = what === 'report' && isThere && (await shell.openPath(report)) === '';
      if (!isShown) shell.showItemInFolder(what === 'report' && isThere ? report : outPath);
      return {};
    },
  };
}
