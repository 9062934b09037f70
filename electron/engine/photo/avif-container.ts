import { type AvifItems, itemBytes, primaryProperties, readAvifItems } from './avif-items.ts';
import type { PhotoFlag } from './flags.ts';
import type { IsoBox } from './iso-boxes.ts';
import { type ContainerContent, copyBytes, type MetadataBlocks, startsWith, viewOf } from './metadata.ts';
import type { PhotoEncoding } from './photo.ts';

export const xmpType = 'application/rdf+xml';
/** C2PA's UUID box. */
const signedUuid = '\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81';

function colourBox(items: AvifItems, types: readonly string[]): IsoBox | undefined {
  return primaryProperties(items).find(
    ({ type, body }) => type === 'colr' && types.some((name) => startsWith(body, name)),
  );
}

/** The metadata of an AVIF file, and what a saved copy will not have. Never throws. */
export function readAvifContainer(bytes: Uint8Array): ContainerContent {
  const items = readAvifItems(bytes);
  if (items === undefined) return { blocks: {}, parts: [], flags: [], complete: false };
  const dataOf = (isIt: (info: AvifItems['infos'][number]) => boolean) => {
    const info = items.infos.find(isIt);
    return info && itemBytes(bytes, items, info.id);
  };
  const exif = exifIn(dataOf(({ type }) => type === 'Exif'));
  const xmp = dataOf(({ type, contentType }) => type === 'mime' && contentType === xmpType);
  const icc = colourBox(items, ['prof', 'rICC'])?.body.subarray(4);
  const nclx = colourBox(items, ['nclx'])?.body;
  const flags: PhotoFlag[] = [];
  if (startsWith(bytes.subarray(8), 'avis')) flags.push('first-frame-only');
  if (items.infos.some(({ type }) => type === 'tmap')) flags.push('extra-images');
  if (items.file.some(({ type, body }) => type === 'uuid' && startsWith(body, signedUuid)))
    flags.push('content-credentials');
  const blocks: MetadataBlocks = {
    ...(exif && { exif }),
    ...(xmp && { xmp: copyBytes(xmp) }),
    ...(icc && { icc: copyBytes(icc) }),
  };
  const parts = nclx && nclx.length >= 11 ? [{ name: 'nclx', bytes: copyBytes(nclx) }] : [];
  const allThere = items.infos.every(({ id }) => isThere(bytes, items, id));
  return { blocks, parts, flags, complete: items.complete && allThere };
}

function isThere(bytes: Uint8Array, items: AvifItems, id: number): boolean {
  const location = items.locations.find((one) => one.id === id);
  if (location === undefined || location.method !== 0) return true;
  return location.extents.every(({ offset, length }) => offset + length <= bytes.length);
}

/** An Exif item begins with the distance from its fifth byte to the TIFF header (ISO/IEC 23008-12, annex A). */
function exifIn(item: Uint8Array | undefined): Uint8Array | undefined {
  if (item === undefined || item.length < 12) return undefined;
  const start = 4 + viewOf(item).getUint32(0);
  return start < item.length ? copyBytes(item, start) : undefined;
}

/** Orientation 1..8 that EXIF would have for the turn (`irot`, then `imir`) that every reader applies. */
export function avifOrientation(bytes: Uint8Array): number {
  const items = readAvifItems(bytes);
  const properties = items === undefined ? [] : primaryProperties(items);
  const body = (type: string) => properties.find((box) => box.type === type)?.body;
  const quarterTurns = (body('irot')?.[0] ?? 0) & 3; // anticlockwise
  const mirror = body('imir');
  if (mirror === undefined) return [1, 8, 3, 6][quarterTurns];
  // Axis 0 mirrors top and bottom, axis 1 left and right.
  return (mirror[0] & 1) === 1 ? [2, 7, 4, 5][quarterTurns] : [4, 5, 2, 7][quarterTurns];
}

/** How an AVIF was encoded: bits per sample, subsampling, lossless. Its quality is not known. Never throws. */
export function avifEncoding(bytes: Uint8Array): PhotoEncoding {
  const items = readAvifItems(bytes);
  if (items === undefined) return {};
  const config = primaryProperties(items).find(({ type }) => type === 'av1C')?.body;
  if (config === undefined || config.length < 4) return {};
  // av1C byte 2: tier, high bit depth, twelve bit, monochrome, subsampling x, y, ...
  const highBits = (config[2] & 0x40) !== 0;
  const bitsPerSample = highBits ? ((config[2] & 0x20) !== 0 ? 12 : 10) : 8;
  const isSubsampled = (config[2] & 0x0c) !== 0;
  // Encoders choose the identity matrix (RGB stored as it is) only where nothing may be lost.
  const nclx = colourBox(items, ['nclx'])?.body;
  const lossless =
    !isSubsampled && nclx !== undefined && nclx.length >= 10 && viewOf(nclx).getUint16(8) === 0;
  return { bitsPerSample, chromaSubsampling: isSubsampled ? '4:2:0' : '4:4:4', lossless };
}
