import { readJpegHeader } from './jpeg-segments.ts';
import { viewOf } from './metadata.ts';
import type { PhotoEncoding } from './photo.ts';

/** Luminance quantisation of ISO/IEC 10918-1 Annex K.1, in the zigzag order of a DQT segment. */
const luminance = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58,
  51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103,
  62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];
/** Chrominance, Annex K.2; every entry that is not listed is 99. */
const chrominance = [17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66];

/** One entry of an IJG table: libjpeg's jpeg_quality_scaling and jpeg_add_quant_table, baseline limit 255. */
function scaledEntry(base: number, quality: number): number {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Math.min(255, Math.max(1, Math.floor((base * scale + 50) / 100)));
}

function distance(table: readonly number[], isChroma: boolean, quality: number): number {
  let sum = 0;
  for (let i = 0; i < 64; i++) {
    const base = isChroma ? (chrominance[i] ?? 99) : luminance[i];
    // Ratios rather than differences: 1 for 2 matters as much as 40 for 80.
    sum += Math.abs(Math.log(table[i] / scaledEntry(base, quality)));
  }
  return sum;
}

/**
 * The IJG quality 1..100 whose tables come closest to a file's own; exact where an IJG encoder wrote them.
 * Of equally close ones the highest is taken, so that saving rather keeps more than less.
 * @param tables quantisation tables by their id 0..3, 64 entries each in zigzag order
 * @param chromaId the table of the second component; undefined for grey photos
 */
export function fitQuality(
  tables: ReadonlyMap<number, readonly number[]>,
  lumaId: number,
  chromaId: number | undefined,
): number | undefined {
  const luma = tables.get(lumaId);
  if (luma === undefined) return undefined;
  const chroma = chromaId === undefined ? undefined : tables.get(chromaId);
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let quality = 100; quality >= 1; quality--) {
    let sum = distance(luma, false, quality);
    // Mozjpeg, Photoshop and some cameras use one table for all components; it is then fitted to luma alone.
    if (chroma !== undefined && chroma !== luma) sum += distance(chroma, true, quality);
    if (sum < least) {
      least = sum;
      best = quality;
    }
  }
  return best;
}

function readTables(payload: Uint8Array, tables: Map<number, readonly number[]>): void {
  const view = viewOf(payload);
  let at = 0;
  while (at < payload.length) {
    const wide = payload[at] >> 4 !== 0;
    const id = payload[at] & 15;
    const bytes = wide ? 128 : 64;
    if (at + 1 + bytes > payload.length) return;
    const start = at + 1;
    const table = Array.from({ length: 64 }, (_, i) =>
      Math.max(1, wide ? view.getUint16(start + 2 * i) : payload[start + i]),
    );
    tables.set(id, table);
    at += 1 + bytes;
  }
}

interface Component {
  readonly across: number;
  readonly down: number;
  readonly table: number;
}

/** Chroma subsampling as J:a:b, from the sampling factors of the first two components. */
function subsamplingOf(luma: Component, chroma: Component): string {
  const across = luma.across / chroma.across;
  const down = luma.down / chroma.down;
  if (down === 1 && [1, 2, 4].includes(across)) return { 1: '4:4:4', 2: '4:2:2', 4: '4:1:1' }[across] ?? '';
  if (down === 2 && across === 2) return '4:2:0';
  if (down === 2 && across === 1) return '4:4:0';
  return `${luma.across}x${luma.down}/${chroma.across}x${chroma.down}`;
}

function isFrame(marker: number): boolean {
  // SOF0..SOF15 without DHT (C4), JPG (C8) and DAC (CC).
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** How a JPEG was encoded: quality, chroma subsampling, progressive or not. Never throws. */
export function jpegEncoding(bytes: Uint8Array): PhotoEncoding {
  const tables = new Map<number, readonly number[]>();
  const components: Component[] = [];
  let progressive = false;
  for (const { marker, payload } of readJpegHeader(bytes).segments) {
    if (marker === 0xdb) readTables(payload, tables);
    if (!isFrame(marker) || components.length > 0) continue;
    progressive = marker === 0xc2;
    for (let at = 6; at + 3 <= payload.length && components.length < payload[5]; at += 3) {
      components.push({
        across: payload[at + 1] >> 4,
        down: payload[at + 1] & 15,
        table: payload[at + 2],
      });
    }
  }
  const [luma, chroma] = components;
  if (luma === undefined) return {};
  // Four components are CMYK or YCCK; what is saved from them is RGB.
  const jpegQuality = fitQuality(tables, luma.table, chroma?.table);
  return {
    progressive,
    ...(jpegQuality !== undefined && { jpegQuality }),
    ...(chroma !== undefined && { chromaSubsampling: subsamplingOf(luma, chroma) }),
  };
}
