import type { Raster } from '../pixels/raster.ts';
import type { PhotoFlag } from './flags.ts';
import type { PhotoFormat } from './format.ts';
import type { MetadataBlocks, StoredPart } from './metadata.ts';
import type { Samples } from './samples.ts';

/** Which file a path led to. */
export interface FileIdentity {
  readonly realPath: string;
  /** Equal for all paths and links to one file; empty on drives that do not number their files. */
  readonly id: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** How the file was encoded, so that it can be saved alike. */
export interface PhotoEncoding {
  /** IJG quality 1..100 that the quantisation tables come closest to. */
  readonly jpegQuality?: number;
  readonly chromaSubsampling?: string;
  readonly progressive?: boolean;
  /** WebP quality 0..100 that the quantiser comes closest to. */
  readonly webpQuality?: number;
  /** WebP and AVIF: no loss at all. */
  readonly lossless?: boolean;
  /** AVIF: 8, 10 or 12. */
  readonly bitsPerSample?: number;
  /** TIFF: `none`, `lzw`, `deflate`, `packbits`, `jpeg`, ... */
  readonly compression?: string;
  readonly predictor?: 'none' | 'horizontal' | 'float';
  readonly palette?: boolean;
}

export interface PhotoColour {
  /** Without a profile, RGB is read as sRGB everywhere. */
  readonly space: 'grey' | 'rgb';
  readonly iccProfile?: Uint8Array;
  /** The profile's own description, such as `Display P3`. */
  readonly iccName?: string;
}

/** What the header tells; nothing was decoded. */
export interface PhotoProbe {
  readonly path: string;
  readonly format: PhotoFormat;
  /** Of the upright photo, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly depth: 8 | 16;
  readonly samples: Samples;
  /** EXIF orientation 1..8 as stored. */
  readonly orientation: number;
  readonly flags: readonly PhotoFlag[];
  readonly file: FileIdentity;
}

/** An opened photo: upright pixels in the file's own colour space, and all else that saving needs. */
export interface Photo extends PhotoProbe {
  readonly raster: Raster;
  readonly colour: PhotoColour;
  readonly metadata: MetadataBlocks;
  /** What only this format knows, put back when the photo is saved in the same format. */
  readonly parts: readonly StoredPart[];
  readonly encoding: PhotoEncoding;
}
