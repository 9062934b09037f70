import { avifEncoding, readAvifContainer } from './avif-container.ts';
import type { PhotoFormat } from './format.ts';
import { readGifContainer } from './gif-container.ts';
import { readJpegContainer } from './jpeg-container.ts';
import { jpegEncoding } from './jpeg-quality.ts';
import { type ContainerContent, copyBytes, latin1Bytes, startsWith } from './metadata.ts';
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

/**
 * The bytes as the decoder knows them: it tells AVIF by its major brand alone, which in animations and in some
 * writers' files is another one (`avis`, `mif1`).
 */
export function decodable(format: PhotoFormat, bytes: Uint8Array): Uint8Array {
  if (format !== 'avif' || startsWith(bytes.subarray(8), 'avif')) return bytes;
  const out = copyBytes(bytes);
  out.set(latin1Bytes('avif'), 8);
  return out;
}
