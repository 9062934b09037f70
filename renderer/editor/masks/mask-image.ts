import type { Rect, Size } from '../geometry.ts';

/*
 * Masks as pictures: white with the mask as alpha, so that strokes are drawn and rubbed out by the canvas itself. In the
 * document they are grey PNGs in base64, white for damaged.
 */

export type MaskCanvas = OffscreenCanvas;

/** An empty mask. */
export function createMask({ width, height }: Size): MaskCanvas {
  return new OffscreenCanvas(width, height);
}

/** A mask in which everything counts. */
export function createFullMask(size: Size): MaskCanvas {
  const mask = createMask(size);
  const context = contextOf(mask);
  context.fillStyle = '#fff';
  context.fillRect(0, 0, size.width, size.height);
  return mask;
}

/** Masks are read back often, which canvases on a graphics card are slow at. */
export function contextOf(mask: MaskCanvas): OffscreenCanvasRenderingContext2D {
  return mask.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
}

/** @throws DOMException where it is no picture */
export async function decodeMask(base64: string, size: Size): Promise<MaskCanvas> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }), {
    colorSpaceConversion: 'none',
  });
  const mask = createMask(size);
  const context = contextOf(mask);
  context.drawImage(picture, 0, 0);
  picture.close();
  const pixels = context.getImageData(0, 0, size.width, size.height);
  for (let at = 0; at < pixels.data.length; at += 4) {
    pixels.data[at + 3] = pixels.data[at];
    pixels.data[at] = pixels.data[at + 1] = pixels.data[at + 2] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return mask;
}

export async function encodeMask(mask: MaskCanvas): Promise<string> {
  const { width, height } = mask;
  const opaque = new OffscreenCanvas(width, height);
  const context = opaque.getContext('2d', { alpha: false, willReadFrequently: true });
  if (context === null) throw new Error('The canvas gives no context.');
  context.fillStyle = '#000';
  context.fillRect(0, 0, width, height);
  context.drawImage(mask, 0, 0);
  const png = await opaque.convertToBlob({ type: 'image/png' });
  return base64Of(new Uint8Array(await png.arrayBuffer()));
}

function base64Of(bytes: Uint8Array): string {
  const pieceLength = 0x8000;
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceLength) {
    text += String.fromCharCode(...bytes.subarray(at, at + pieceLength));
  }
  return btoa(text);
}

/** Whether nothing is left of a mask. */
export function isEmpty(mask: MaskCanvas): boolean {
  const { data } = contextOf(mask).getImageData(0, 0, mask.width, mask.height);
  // Unpainted pixels are zero as a whole.
  return new Uint32Array(data.buffer).every((pixel) => pixel === 0);
}

/** The mask of another rectangle, empty where it is new. */
export function movedMask(mask: MaskCanvas, from: Rect, to: Rect): MaskCanvas {
  const moved = createMask(to);
  contextOf(moved).drawImage(mask, from.x - to.x, from.y - to.y);
  return moved;
}

/**
 * Fits a mask to its region's changed rectangle. It keeps its place on the photo; where the rectangle has grown the
 * mask's edges are continued, so that a rectangle with holes stays one.
 */
export async function refitMask(base64: string, from: Rect, to: Rect): Promise<string> {
  const mask = await decodeMask(base64, from);
  const fitted = createMask(to);
  const context = contextOf(fitted);
  context.imageSmoothingEnabled = false;
  const columns = continuedSpans(from.x, from.width, to.x, to.width);
  const rows = continuedSpans(from.y, from.height, to.y, to.height);
  for (const row of rows) {
    for (const column of columns) {
      context.drawImage(
        mask,
        column.source,
        row.source,
        column.sourceLength,
        row.sourceLength,
        column.start,
        row.start,
        column.length,
        row.length,
      );
    }
  }
  return encodeMask(fitted);
}

interface Span {
  readonly source: number;
  readonly sourceLength: number;
  readonly start: number;
  readonly length: number;
}

/** Which parts of the old length fill the new one: its first pixel stretched, itself, its last pixel stretched. */
function continuedSpans(from: number, fromLength: number, to: number, toLength: number): Span[] {
  const fromEnd = from + fromLength;
  const toEnd = to + toLength;
  const keptStart = Math.min(Math.max(from, to), toEnd);
  const keptEnd = Math.max(Math.min(fromEnd, toEnd), keptStart);
  return [
    { source: 0, sourceLength: 1, start: 0, length: keptStart - to },
    {
      source: keptStart - from,
      sourceLength: keptEnd - keptStart,
      start: keptStart - to,
      length: keptEnd - keptStart,
    },
    { source: fromLength - 1, sourceLength: 1, start: keptEnd - to, length: toEnd - keptEnd },
  ].filter(({ length }) => length > 0);
}
