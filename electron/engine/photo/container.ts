import { avifEncoding, avifOrientation, readAvifContainer } from './avif-container.ts';
import { exifOrientation } from './exif.ts';
import type { PhotoFormat } from './format.ts';
import { readGifContainer } from './gif-container.ts';
import { readJpegContainer } from './jpeg-container.ts';
import { jpegEncoding } from './jpeg-quality.ts';
import type { ContainerContent } from './metadata.ts';
import type { PhotoEncoding } from './photo.ts';
import { readPngContainer } from './png-container.ts';
import { readTiffContainer, tiffEncoding } from './tiff-container.ts';
import { readWebpContainer } from './webp-container.ts';
import { webpEncoding } from './webp-quality.ts';

/** Everything a file of this format holds besides pixels. Never throws, whatever the bytes are. */
export function readContainer(format: PhotoFormat, bytes: Uint8Array): ContainerContent {
  switch (format) {
    case 'jpeg':
      return readJpegContainer(bytes);
    case 'png':
      return readPngContainer(bytes);
    case 'webp':
      return readWebpContainer(bytes);
    case 'avif':
      return readAvifContainer(bytes);
    case 'tiff':
      return readTiffContainer(bytes);
    case 'gif':
      return readGifContainer(bytes);
  }
}

/** How a file of this format was encoded. Never throws. */
export function readEncoding(format: PhotoFormat, bytes: Uint8Array): PhotoEncoding {
  switch (format) {
    case 'jpeg':
      return jpegEncoding(bytes);
    case 'webp':
      return webpEncoding(bytes);
    case 'avif':
      return avifEncoding(bytes);
    case 'tiff':
      return tiffEncoding(bytes);
    case 'png':
    case 'gif':
      return {};
  }
}

/** Orientation 1..8 as stored; in AVIF the turn of the container counts and that of Exif does not. */
export function storedOrientation(format: PhotoFormat, bytes: Uint8Array, content: ContainerContent): number {
  if (format === 'avif') return avifOrientation(bytes);
  return (content.blocks.exif && exifOrientation(content.blocks.exif)) ?? 1;
}
