import { randomUUID } from 'node:crypto';
import { basename, dirname, extname, parse } from 'node:path';
import type { BrowserWindow, Dialog } from 'electron';
import type { SaveFormat } from '../engine/photo/encode.ts';
import type { Rect } from '../engine/pixels/planes.ts';
import type { SaveArgument } from '../hosts/engine/contract.ts';
import type { Layers, SaveChoices, Saved } from '../ipc/contract.ts';
import type { Settings } from '../ipc/settings.ts';
import type { Engine } from './engine.ts';
import { freeName } from './free-name.ts';
import type { Translate } from './language.ts';
import type { OpenPhoto } from './open/open-photos.ts';

export interface SavingParts {
  readonly engine: Pick<Engine, 'call'>;
  readonly dialog: Pick<Dialog, 'showSaveDialog'>;
  readonly window: () => BrowserWindow | undefined;
  readonly settings: () => Settings;
  readonly t: () => Translate;
  /** Where pictures go that come from no folder. */
  readonly picturesFolder: string;
}

const extensions: Readonly<Record<SaveFormat, readonly string[]>> = {
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  webp: ['webp'],
  avif: ['avif'],
  tiff: ['tif', 'tiff'],
};

/** Writes results where the person wants them; the original file is never replaced. */
export class Saving {
  readonly #parts: SavingParts;
  readonly #savedPaths = new Map<string, string>();

  constructor(parts: SavingParts) {
    this.#parts = parts;
  }

  /** Asks where once, and writes to the same file from then on. Null where the person closed the dialog. */
  async copy(photo: OpenPhoto, layers: Layers): Promise<Saved> {
    const { saveFormat, saveQuality, keepMetadata, markAsReconstructed } = this.#parts.settings();
    const format = saveFormat === 'same' ? ownFormat(photo) : saveFormat;
    const to = photo.copyPath ?? (await this.#ask(photo, 'dialog.saveCopy', 'name.restored', format));
    if (to === undefined) return null;
    const saved = await this.#write({
      ...request(photo, layers, to),
      format: formatOf(to) ?? format,
      ...(saveQuality > 0 && { quality: saveQuality }),
      keepMetadata,
      markAsReconstructed,
    });
    photo.copyPath = to;
    return saved;
  }

  /** With the choices of the app's own dialog; asks where every time. */
  async as(photo: OpenPhoto, layers: Layers, choices: SaveChoices, rect?: Rect): Promise<Saved> {
    const [title, suffix] =
      rect === undefined
        ? (['dialog.saveAs', 'name.restored'] as const)
        : (['dialog.exportSelection', 'name.selection'] as const);
    const to = await this.#ask(photo, title, suffix, choices.format);
    if (to === undefined) return null;
    const { format, quality, depth, keepMetadata, markAsReconstructed } = choices;
    return this.#write({
      ...request(photo, layers, to),
      format,
      ...(rect !== undefined && { rect }),
      ...(quality !== undefined && { quality }),
      ...(depth !== undefined && { depth }),
      keepMetadata,
      markAsReconstructed,
    });
  }

  /** An id by which the window can have a saved file shown. */
  remember(path: string): string {
    const id = randomUUID();
    this.#savedPaths.set(id, path);
    return id;
  }

  /** The path of a saved file; undefined for ids of other runs. */
  pathOf(id: string): string | undefined {
    return this.#savedPaths.get(id);
  }

  async #write(argument: SaveArgument): Promise<Saved> {
    const { path, format, depth, quality, sizeBytes, lost } = await this.#parts.engine.call('save', argument);
    return {
      id: this.remember(path),
      name: basename(path),
      format,
      depth,
      ...(quality !== undefined && { quality }),
      sizeBytes,
      lost: [...lost],
    };
  }

  async #ask(
    photo: OpenPhoto,
    title: 'dialog.saveCopy' | 'dialog.saveAs' | 'dialog.exportSelection',
    suffix: 'name.restored' | 'name.selection',
    format: SaveFormat,
  ): Promise<string | undefined> {
    const { dialog, window, picturesFolder } = this.#parts;
    const t = this.#parts.t();
    const folder = photo.info.origin === 'file' ? dirname(photo.source.path) : picturesFolder;
    const stem = parse(photo.info.name).name;
    const defaultPath = await freeName(folder, `${stem}-${t(suffix)}`, extensionLike(photo, format));
    const options = {
      title: t(title),
      defaultPath,
      filters: [{ name: t(`format.${format}`), extensions: [...extensions[format]] }],
      properties: ['createDirectory' as const, 'showOverwriteConfirmation' as const],
    };
    const owner = window();
    const { canceled, filePath } = await (owner === undefined
      ? dialog.showSaveDialog(options)
      : dialog.showSaveDialog(owner, options));
    if (canceled || filePath === '') return undefined;
    return formatOf(filePath) === format ? filePath : `${filePath}.${extensions[format][0]}`;
  }
}

function request(photo: OpenPhoto, layers: Layers, to: string) {
  // The system's dialog has asked about files in the way; the original is refused by the engine.
  return { photo: photo.source, layers, to, allowOverwrite: true, allowOverwriteOriginal: false };
}

/** A GIF's 256 colours are too few for a restored photo. */
function ownFormat({ info }: OpenPhoto): SaveFormat {
  return info.format === 'gif' ? 'png' : info.format;
}

function formatOf(path: string): SaveFormat | undefined {
  const extension = extname(path).slice(1).toLowerCase();
  return (Object.keys(extensions) as SaveFormat[]).find((format) => extensions[format].includes(extension));
}

/** `.JPG` stays `.JPG` where the format stays. */
function extensionLike({ info }: OpenPhoto, format: SaveFormat): string {
  const own = extname(info.name).slice(1);
  return extensions[format].includes(own.toLowerCase()) ? own : extensions[format][0];
}
