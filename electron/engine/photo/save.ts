import { lstat, type open, realpath, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { AppError } from '../errors.ts';
import type { Raster } from '../pixels/raster.ts';
import { encodeRaster, type SaveFormat } from './encode.ts';
import { wrapJpeg } from './jpeg-container.ts';
import type { Loss, WrappedFile } from './metadata.ts';
import type { FileIdentity, Photo } from './photo.ts';
import { fileId } from './photo-file.ts';
import { writeSafely } from './safe-write.ts';
import { metadataToSave, type SavedMetadata, wrap } from './save-metadata.ts';
import { sharp } from './sharp.ts';

export interface EncodeOptions {
  /** The photo that the pixels came from. */
  readonly source: Photo;
  /** Upright pixels in the photo's own colour space. */
  readonly raster: Raster;
  readonly to: string;
  /** Left out: that of the source (PNG for a GIF), or what the target's extension says if it is another one. */
  readonly format?: SaveFormat;
  /** 1..100 for JPEG, WebP and AVIF. Left out: that of the source where it can be told, else 92, 90 and 80. */
  readonly quality?: number;
  /** Left out: that of the raster where the format has it. */
  readonly depth?: 8 | 16;
  /** Default true. Colour profile and density are kept in any case. */
  readonly keepMetadata?: boolean;
  /** Say in XMP that a trained model made a part of the picture (IPTC's digital source type). Default false. */
  readonly markAsReconstructed?: boolean;
  readonly signal?: AbortSignal;
}

export interface SaveOptions extends EncodeOptions {
  /** Replace another file of that name. Default false. */
  readonly allowOverwrite?: boolean;
  /** Replace the source itself. Default false. */
  readonly allowOverwriteOriginal?: boolean;
  /** Opens the temporary file; tests give one whose disk is full. */
  readonly openFile?: typeof open;
}

export interface SavedFile {
  readonly path: string;
  readonly format: SaveFormat;
  readonly depth: 8 | 16;
  readonly quality: number | undefined;
  readonly sizeBytes: number;
  /** What the saved photo lacks that the source had, because its format has no place for it. */
  readonly lost: readonly Loss[];
}

const formatsByExtension: Readonly<Record<string, SaveFormat>> = {
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.jpe': 'jpeg',
  '.jfif': 'jpeg',
  '.png': 'png',
  '.webp': 'webp',
  '.avif': 'avif',
  '.tif': 'tiff',
  '.tiff': 'tiff',
};

/**
 * Saves pixels with all that surrounded them in their source: same format, quality and depth by default, ICC, Exif
 * (MakerNote and thumbnail included), XMP, IPTC and density byte by byte where the format has a place for them.
 * Orientation becomes 1 only when pixels were turned. What the format cannot hold is named in the result's `lost`.
 * Either the whole file is there afterwards or nothing has changed.
 * @throws AppError `save/would-overwrite-original`, `save/exists`, `save/disk-full`, `save/no-permission`,
 * `save/folder-missing`, `save/bad-name`, `save/too-large-for-format`, `save/encoder-failed`, `save/failed`
 */
export async function savePhoto(options: SaveOptions): Promise<SavedFile> {
  options.signal?.throwIfAborted();
  // Asked before the work, and again by the write itself.
  const target = await resolveTarget(options);
  const { pieces, ...facts } = await encodePhoto(options);
  await writeSafely(target.path, pieces, {
    replace: target.mode !== undefined,
    mode: target.mode,
    signal: options.signal,
    ...(options.openFile && { openFile: options.openFile }),
  });
  return { path: target.path, ...facts };
}

/** A photo as it will be in its file. */
export interface EncodedPhoto extends Omit<SavedFile, 'path'> {
  /** The file's content, in this order. */
  readonly pieces: readonly Uint8Array[];
}

/**
 * All of {@link savePhoto} but the writing; `to` only tells the format by its extension.
 * @throws AppError `save/too-large-for-format`, `save/encoder-failed`
 */
export async function encodePhoto(options: EncodeOptions): Promise<EncodedPhoto> {
  const { source, raster, signal, keepMetadata = true, markAsReconstructed = false } = options;
  const format = options.format ?? formatFor(source, options.to);
  const { quality, depth } = options;
  const encoded = await encodeRaster(raster, {
    format,
    like: source.format === format ? source.encoding : {},
    ...(quality !== undefined && { quality }),
    ...(depth !== undefined && { depth }),
  });
  signal?.throwIfAborted();
  const metadata = await metadataToSave(source, raster, { format, keepMetadata, markAsReconstructed });
  const file = await wrapUpright(format, encoded.bytes, raster, metadata);
  signal?.throwIfAborted();
  return {
    pieces: file.pieces,
    format,
    depth: encoded.depth,
    quality: encoded.quality,
    sizeBytes: file.pieces.reduce((sum, piece) => sum + piece.length, 0),
    lost: [...encoded.lost, ...metadata.lost, ...file.lost],
  };
}

/** An extension that was not changed says nothing: many files have the wrong one. */
function formatFor(source: Photo, to: string): SaveFormat {
  const same = source.format === 'gif' ? 'png' : source.format;
  const extension = extname(to).toLowerCase();
  if (extension === extname(source.path).toLowerCase()) return same;
  return formatsByExtension[extension] ?? same;
}

interface Target {
  /** Behind all links: a link to a photo stays a link. */
  readonly path: string;
  /** Permission bits of the file to be replaced; undefined where there is none. */
  readonly mode: number | undefined;
}

/** @throws AppError `save/would-overwrite-original`, `save/exists`, `save/bad-name` */
async function resolveTarget(options: SaveOptions): Promise<Target> {
  const { to, source, allowOverwrite = false, allowOverwriteOriginal = false } = options;
  const found = await stat(to, { bigint: true }).catch(() => undefined);
  if (found === undefined) {
    const isDanglingLink = await lstat(to).then(
      (entry) => entry.isSymbolicLink(),
      () => false,
    );
    if (isDanglingLink) throw new AppError('save/exists', 'A link to a missing file has that name.');
    return { path: to, mode: undefined };
  }
  if (!found.isFile()) throw new AppError('save/bad-name', 'A folder or a device has that name.');
  const path = await realpath(to);
  const isOriginal = isSameFile(source.file, { realPath: path, id: fileId(found) });
  if (isOriginal && !allowOverwriteOriginal) {
    throw new AppError('save/would-overwrite-original', 'This would replace the original photo.', {
      hint: 'Choose another name.',
    });
  }
  if (!isOriginal && !allowOverwrite) {
    throw new AppError('save/exists', 'A file of that name is there already.', {
      hint: 'Choose another name.',
    });
  }
  return { path, mode: Number(found.mode) & 0o777 };
}

function isSameFile(a: FileIdentity, b: Pick<FileIdentity, 'realPath' | 'id'>): boolean {
  return a.realPath === b.realPath || (a.id !== '' && a.id === b.id);
}

/**
 * Whatever a strange Exif block says, the saved photo must not be turned a second time: if the decoder would still
 * do so, the photo is saved without that block. (TIFF's orientation is a tag that was written here; AVIF's is none.)
 */
async function wrapUpright(
  format: SaveFormat,
  encoded: Uint8Array,
  raster: Raster,
  metadata: SavedMetadata,
): Promise<WrappedFile> {
  const { exif, ...rest } = metadata.blocks;
  if (exif === undefined || format === 'tiff' || format === 'avif' || (await saysUpright(exif))) {
    return wrap(format, encoded, raster, metadata);
  }
  const bare = wrap(format, encoded, raster, { ...metadata, blocks: rest });
  return { ...bare, lost: [...bare.lost, 'exif'] };
}

/** Asks the decoder about an Exif block, in the smallest JPEG that can carry it. */
async function saysUpright(exif: Uint8Array): Promise<boolean> {
  const pixel = await sharp(new Uint8Array(1), { raw: { width: 1, height: 1, channels: 1 } })
    .jpeg()
    .toBuffer();
  const carrier = wrapJpeg(pixel, { exif });
  if (carrier.lost.length > 0) return true;
  const { orientation = 1 } = await sharp(Buffer.concat(carrier.pieces)).metadata();
  return orientation === 1;
}
