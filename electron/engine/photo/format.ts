import { AppError } from '../errors.ts';

/** The photo formats that can be opened. GIF is read only: it is saved as PNG. */
export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'tiff' | 'gif';

/** So many bytes from the start of a file tell its format. */
export const sniffBytes = 4096;

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** The brands of an ISO base media file's `ftyp` box (major brand first); empty for any other file. */
function brands(bytes: Uint8Array): string[] {
  if (ascii(bytes, 4, 4) !== 'ftyp') return [];
  const boxBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  const found = [ascii(bytes, 8, 4)];
  for (let at = 16; at + 4 <= Math.min(boxBytes, bytes.length, 512); at += 4) found.push(ascii(bytes, at, 4));
  return found;
}

/**
 * Names a photo's format by its first bytes (give `sniffBytes` of them), whatever its name ends in.
 * Undefined for everything that cannot be opened, SVG and HEIC included.
 */
export function sniffFormat(bytes: Uint8Array): PhotoFormat | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'webp';
  if (/^GIF8[79]a/.test(ascii(bytes, 0, 6))) return 'gif';
  const start = ascii(bytes, 0, 4);
  // 42 is TIFF, 43 BigTIFF. Canon's CR2 says so at byte 8.
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(start) && ascii(bytes, 8, 2) !== 'CR') return 'tiff';
  if (brands(bytes).some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  return undefined;
}

function isSvg(bytes: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, sniffBytes)).replaceAll('\0', '');
  return /^[^\w<]{0,8}\s*</.test(text) && /<(\w+:)?svg[\s/>]|<!DOCTYPE svg/i.test(text);
}

/** Formats that people may well try, so that the message can name them. */
const refused: readonly (readonly [name: string, test: (bytes: Uint8Array) => boolean])[] = [
  ['a BMP picture', (b) => ascii(b, 0, 2) === 'BM'],
  ['a Photoshop document', (b) => ascii(b, 0, 4) === '8BPS'],
  ['a PDF document', (b) => ascii(b, 0, 5) === '%PDF-'],
  ['a JPEG XL picture', (b) => (b[0] === 0xff && b[1] === 0x0a) || ascii(b, 4, 4) === 'JXL '],
  [
    'a JPEG 2000 picture',
    (b) => ascii(b, 4, 4) === 'jP  ' || (b[0] === 0xff && b[1] === 0x4f && b[2] === 0xff),
  ],
  [
    'a camera raw file',
    (b) => ascii(b, 8, 2) === 'CR' || /^(FUJIFILMCCD-RAW|IIRO|IIU\0)/.test(ascii(b, 0, 15)),
  ],
  ['an icon', (b) => b[0] === 0 && b[1] === 0 && b[2] === 1 && b[3] === 0],
  ['a video', (b) => brands(b).length > 0],
];

/**
 * The format of a file's first bytes.
 * @throws AppError `photo/svg-refused`, `photo/heic-refused`, `photo/unknown-format`
 */
export function requireFormat(bytes: Uint8Array): PhotoFormat {
  const format = sniffFormat(bytes);
  if (format !== undefined) return format;
  if (isSvg(bytes)) {
    throw new AppError('photo/svg-refused', 'The file is an SVG drawing, not a photo.', {
      hint: 'Export the drawing as PNG first.',
    });
  }
  if (brands(bytes).some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1|heif)$/.test(brand))) {
    throw new AppError('photo/heic-refused', 'The file is a HEIC photo, which cannot be opened here.', {
      hint: 'Convert it to JPEG or AVIF first; phones do so when a photo is shared in the "most compatible" form.',
    });
  }
  const name = refused.find(([, test]) => test(bytes))?.[0];
  throw new AppError(
    'photo/unknown-format',
    name === undefined
      ? 'The file is not a photo that can be opened here.'
      : `The file is ${name}, which cannot be opened here.`,
    { hint: 'JPEG, PNG, WebP, AVIF, TIFF and GIF can be opened.', ...(name && { data: { found: name } }) },
  );
}
