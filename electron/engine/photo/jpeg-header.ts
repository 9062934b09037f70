import { exifOrientation } from './exif.ts';
import type { PhotoHeader } from './header.ts';
import { readJpegHeader } from './jpeg-segments.ts';
import { type MetadataBlocks, viewOf } from './metadata.ts';

/** Frames of Huffman-coded JPEGs: baseline, extended, progressive. */
const plainFrames = [0xc0, 0xc1, 0xc2];
const progressiveFrame = 0xc2;
/** Tables among the frame markers 0xC0 to 0xCF. */
const notFrames = [0xc4, 0xc8, 0xcc];

/**
 * What the decoder would say about an ordinary JPEG, grey or in colour with 8 bits, from its frame header alone.
 * Undefined for all others, and where the file breaks off: the decoder must look at those.
 */
export function plainJpegHeader(bytes: Uint8Array, { exif }: MetadataBlocks): PhotoHeader | undefined {
  const { segments, scanStart } = readJpegHeader(bytes);
  const frames = segments.filter(
    ({ marker }) => marker >= 0xc0 && marker <= 0xcf && !notFrames.includes(marker),
  );
  if (scanStart === undefined || frames.length !== 1) return undefined;
  const [{ marker, payload }] = frames;
  if (!plainFrames.includes(marker) || payload.length < 6) return undefined;
  const [depth, , , , , components] = payload;
  const height = viewOf(payload).getUint16(1);
  const width = viewOf(payload).getUint16(3);
  const isWhole = payload.length === 6 + 3 * components;
  if (!isWhole || depth !== 8 || (components !== 1 && components !== 3) || width === 0 || height === 0)
    return undefined;
  const orientation = (exif && exifOrientation(exif)) ?? 1;
  const isTurned = orientation >= 5;
  return {
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    depth: 8,
    channels: components,
    orientation,
    converted: undefined,
    progressive: marker === progressiveFrame,
    palette: false,
    flags: [],
  };
}
