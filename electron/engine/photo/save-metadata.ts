import type { Raster } from '../pixels/raster.ts';
import { wrapAvif } from './avif-writer.ts';
import { encodeThumbnail, type SaveFormat } from './encode.ts';
import { exifOrientation, exifThumbnail, uprightExif, withoutThumbnail, withThumbnail } from './exif.ts';
import { wrapJpeg } from './jpeg-container.ts';
import { segmentKind } from './jpeg-segments.ts';
import type { Loss, MetadataBlocks, StoredPart, WrappedFile } from './metadata.ts';
import type { Photo } from './photo.ts';
import { withoutThumbnailResources } from './photoshop.ts';
import { wrapPng } from './png-container.ts';
import { hasAlpha } from './samples.ts';
import { wrapTiff } from './tiff-container.ts';
import { wrapWebp } from './webp-container.ts';
import { markedAsReconstructed, uprightXmp, xmpWithoutThumbnails } from './xmp.ts';

/** Exif thumbnails are 160 pixels wide (DCF). */
const thumbnailSidePx = 160;

export interface MetadataSettings {
  readonly format: SaveFormat;
  readonly keepMetadata: boolean;
  readonly markAsReconstructed: boolean;
}

export interface SavedMetadata {
  readonly blocks: MetadataBlocks;
  /** Of a source of the same format. */
  readonly parts: readonly StoredPart[];
  readonly lost: readonly Loss[];
}

/**
 * The metadata that a photo is saved with: as read, byte by byte, except that a photo whose pixels were turned upright
 * says so, and that small pictures of what is no longer there are made anew (Exif) or left out (XMP, Photoshop). Colour
 * always stays, since the pixels are in the profile's space.
 */
export async function metadataToSave(
  source: Photo,
  raster: Raster,
  { format, keepMetadata, markAsReconstructed }: MetadataSettings,
): Promise<SavedMetadata> {
  const { exif, xmp, iptc, photoshop, icc, density } = source.metadata;
  const lost: Loss[] = [];
  const kept = keepMetadata ? { exif, xmp, photoshop } : {};
  const isChanged = raster !== source.raster;
  const isResized = raster.width !== source.width || raster.height !== source.height;
  const turned = mustBeUpright(source, format) || isResized;
  const sizedExif = kept.exif && turned ? uprightExif(kept.exif, raster) : kept.exif;
  const newExif =
    sizedExif && (turned || isChanged) ? await withFreshThumbnail(sizedExif, raster) : sizedExif;
  const sizedXmp = kept.xmp && turned ? uprightXmp(kept.xmp, raster) : kept.xmp;
  const upright = sizedXmp && isChanged ? xmpWithoutThumbnails(sizedXmp) : sizedXmp;
  const newPhotoshop =
    kept.photoshop && isChanged ? withoutThumbnailResources(kept.photoshop) : kept.photoshop;
  const marked = markAsReconstructed ? markedAsReconstructed(upright) : upright;
  const newXmp = marked ?? upright;
  const isSame = source.format === format;
  if (keepMetadata && !isSame && hasExtendedXmp(source)) lost.push('extended-xmp');
  const blocks: MetadataBlocks = {
    ...(newExif && { exif: newExif }),
    ...(newXmp && { xmp: newXmp }),
    ...(keepMetadata && iptc && { iptc }),
    ...(newPhotoshop && { photoshop: newPhotoshop }),
    ...(icc && { icc }),
    ...(density && { density }),
  };
  const parts = isSame ? source.parts.filter((part) => keepMetadata || isColour(part, format)) : [];
  return { blocks, parts, lost };
}

/** AVIF readers ignore Exif's orientation; in every other format it would turn the upright pixels again. */
function mustBeUpright(source: Photo, format: SaveFormat): boolean {
  if (source.orientation !== 1) return true;
  const stated = source.metadata.exif && exifOrientation(source.metadata.exif);
  return source.format === 'avif' && format !== 'avif' && stated !== undefined && stated !== 1;
}

/** The thumbnail is made anew in its old place; where it does not fit, there is none rather than a wrong one. */
async function withFreshThumbnail(exif: Uint8Array, raster: Raster): Promise<Uint8Array> {
  const old = exifThumbnail(exif);
  const fresh = old && (await encodeThumbnail(raster, thumbnailSidePx, old.length));
  return (fresh && withThumbnail(exif, fresh)) ?? withoutThumbnail(exif);
}

function hasExtendedXmp({ format, parts }: Photo): boolean {
  const kindOf = ({ name, bytes }: StoredPart) =>
    segmentKind({ marker: Number.parseInt(name, 16), payload: bytes });
  return format === 'jpeg' && parts.some((part) => kindOf(part) === 'extendedXmp');
}

/** Parts without which the pixels would mean other colours. */
function isColour({ name, bytes }: StoredPart, format: SaveFormat): boolean {
  if (format === 'jpeg') return segmentKind({ marker: Number.parseInt(name, 16), payload: bytes }) === 'icc';
  const pngColour = ['iCCP', 'sRGB', 'gAMA', 'cHRM', 'cICP', 'mDCV', 'cLLI'];
  return format !== 'png' || pngColour.includes(name);
}

/** Puts metadata into encoded pixels. */
export function wrap(
  format: SaveFormat,
  encoded: Uint8Array,
  raster: Raster,
  { blocks, parts }: SavedMetadata,
): WrappedFile {
  switch (format) {
    case 'jpeg':
      return wrapJpeg(encoded, blocks, parts);
    case 'png':
      return wrapPng(encoded, blocks, parts);
    case 'webp':
      return wrapWebp(encoded, blocks, { ...raster, hasAlpha: hasAlpha(raster) });
    case 'avif':
      return wrapAvif(encoded, blocks, parts);
    case 'tiff':
      return wrapTiff(encoded, blocks);
  }
}
