import type { Point, Size } from '../geometry.ts';

/** Tiles are small enough for every graphics card, and to be made without a pause. */
const tilePx = 1024;
/** Levels are made down to this length of the longer side. */
const smallestLevelPx = 256;
/** Longest stretch of work between two chances to draw a frame. */
const sliceMilliseconds = 5;
/** From here on, pixels are shown as the squares that they are. */
const squarePixelScale = 2;

interface Tile {
  readonly picture: ImageBitmap;
  /** The part of the picture that it shows, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Each level has half the resolution of the one before. */
interface Level {
  readonly columns: number;
  readonly tiles: readonly Tile[];
}

/** Where a picture is to be drawn: its origin and scale, and the part of the canvas that is free to draw in. */
export interface Placement {
  readonly origin: Point;
  /** Pixels of the canvas per pixel of the picture. */
  readonly scale: number;
  readonly clip: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/**
 * A picture as tiles at falling resolutions: drawing costs as much as what is to be seen, at any zoom, and a picture
 * that is made smaller neither flickers nor loses thin lines.
 */
export class TiledPicture {
  readonly width: number;
  readonly height: number;
  readonly #levels: readonly Level[];

  private constructor({ width, height }: Size, levels: readonly Level[]) {
    this.width = width;
    this.height = height;
    this.#levels = levels;
  }

  /** Cuts a picture up, with pauses for frames to be drawn, and closes it. @throws AbortError */
  static async make(source: ImageBitmap, signal: AbortSignal): Promise<TiledPicture> {
    const { width, height } = source;
    const levels: Level[] = [];
    const worker = new TileMaker(signal);
    try {
      const columns = Math.ceil(width / tilePx);
      const tiles: Tile[] = [];
      for (let at = 0; at < columns * Math.ceil(height / tilePx); at++) {
        tiles.push(await worker.cut(source, (at % columns) * tilePx, Math.floor(at / columns) * tilePx));
      }
      levels.push({ columns, tiles });
      for (let step = 2; Math.max(width, height) / step >= smallestLevelPx; step *= 2) {
        levels.push(await worker.halve(levels[levels.length - 1], step));
      }
    } catch (error) {
      closeAll(levels);
      throw error;
    } finally {
      source.close();
    }
    return new TiledPicture({ width, height }, levels);
  }

  draw(context: CanvasRenderingContext2D, { origin, scale, clip }: Placement): void {
    const level = Math.min(Math.max(0, Math.floor(Math.log2(1 / scale) + 1e-6)), this.#levels.length - 1);
    context.imageSmoothingEnabled = scale <= squarePixelScale;
    context.imageSmoothingQuality = 'low';
    for (const tile of this.#levels[level].tiles) drawTile(context, tile, origin, scale, clip);
  }

  close(): void {
    closeAll(this.#levels);
  }
}

function closeAll(levels: readonly Level[]): void {
  for (const { tiles } of levels) for (const { picture } of tiles) picture.close();
}

/** Edges lie on whole pixels of the canvas, so that neighbours meet without a seam. */
function drawTile(
  context: CanvasRenderingContext2D,
  { picture, x, y, width, height }: Tile,
  origin: Point,
  scale: number,
  clip: Placement['clip'],
): void {
  const left = Math.round(origin.x + x * scale);
  const top = Math.round(origin.y + y * scale);
  const right = Math.round(origin.x + (x + width) * scale);
  const bottom = Math.round(origin.y + (y + height) * scale);
  if (right <= clip.x || bottom <= clip.y || left >= clip.x + clip.width || top >= clip.y + clip.height)
    return;
  const acrossX = picture.width / Math.max(1, right - left);
  const acrossY = picture.height / Math.max(1, bottom - top);
  // Only what is seen, in whole pixels of the tile: a tile at 3200 % is far larger than any canvas.
  const fromX = Math.max(0, Math.floor((clip.x - left) * acrossX) - 1);
  const fromY = Math.max(0, Math.floor((clip.y - top) * acrossY) - 1);
  const toX = Math.min(picture.width, Math.ceil((clip.x + clip.width - left) * acrossX) + 1);
  const toY = Math.min(picture.height, Math.ceil((clip.y + clip.height - top) * acrossY) + 1);
  context.drawImage(
    picture,
    fromX,
    fromY,
    toX - fromX,
    toY - fromY,
    left + fromX / acrossX,
    top + fromY / acrossY,
    (toX - fromX) / acrossX,
    (toY - fromY) / acrossY,
  );
}

/** Makes tiles, a few milliseconds at a time. */
class TileMaker {
  readonly #signal: AbortSignal;
  #sliceStart = performance.now();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  async cut(source: ImageBitmap, x: number, y: number): Promise<Tile> {
    const width = Math.min(tilePx, source.width - x);
    const height = Math.min(tilePx, source.height - y);
    await this.#pause();
    const { canvas, context } = canvasOf(width, height);
    context.drawImage(source, x, y, width, height, 0, 0, width, height);
    return { picture: canvas.transferToImageBitmap(), x, y, width, height };
  }

  /** The next level; a tile of it is made of up to four. */
  async halve(level: Level, step: number): Promise<Level> {
    const rows = Math.ceil(level.tiles.length / level.columns);
    const columns = Math.ceil(level.columns / 2);
    const tiles: Tile[] = [];
    for (let at = 0; at < columns * Math.ceil(rows / 2); at++) {
      await this.#pause();
      const column = (at % columns) * 2;
      const row = Math.floor(at / columns) * 2;
      const parts = [0, 1].flatMap((down) =>
        [0, 1]
          .filter((across) => column + across < level.columns && row + down < rows)
          .map((across) => level.tiles[(row + down) * level.columns + column + across]),
      );
      tiles.push(joined(parts, step));
    }
    return { columns, tiles };
  }

  async #pause(): Promise<void> {
    if (performance.now() - this.#sliceStart > sliceMilliseconds) {
      await new Promise((resolve) => setTimeout(resolve));
      this.#sliceStart = performance.now();
    }
    this.#signal.throwIfAborted();
  }
}

function joined(parts: readonly Tile[], step: number): Tile {
  const { x, y } = parts[0];
  const last = parts[parts.length - 1];
  const width = last.x + last.width - x;
  const height = last.y + last.height - y;
  const { canvas, context } = canvasOf(Math.ceil(width / step), Math.ceil(height / step));
  for (const part of parts) {
    const left = (part.x - x) / step;
    const top = (part.y - y) / step;
    context.drawImage(part.picture, left, top, Math.ceil(part.width / step), Math.ceil(part.height / step));
  }
  return { picture: canvas.transferToImageBitmap(), x, y, width, height };
}

/** On the processor: the picture as a whole never has to go to the graphics card. */
function canvasOf(width: number, height: number) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = 'low';
  return { canvas, context };
}
