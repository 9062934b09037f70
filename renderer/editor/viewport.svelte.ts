import { clamp, type Point, type Rect, type Size } from './geometry.ts';

/** `fit` and `fill` follow the window's size; the others keep the place and the scale. */
export type ViewportMode = 'fit' | 'fill' | 'actual' | 'free';

/** Room around a fitted photo, in CSS pixels, in which the handles of regions at its edge can be taken hold of. */
const marginPx = 16;
/** A photo larger than the window can be dragged so far past its edge, in CSS pixels. */
const overscrollPx = 64;
const greatestScale = 32;

/**
 * Which part of a photo is seen, and how large. Points on the screen are in CSS pixels from the upper left corner of the
 * pane, points on the photo in its pixels.
 */
export class Viewport {
  readonly photo: Size;
  #mode = $state<ViewportMode>('fit');
  #scale = $state(1);
  #centre = $state.raw<Point>({ x: 0, y: 0 });
  #pane = $state.raw({ width: 0, height: 0, density: 1 });

  constructor(photo: Size) {
    this.photo = { width: photo.width, height: photo.height };
    this.#centre = { x: photo.width / 2, y: photo.height / 2 };
  }

  get mode(): ViewportMode {
    return this.#mode;
  }

  /** Device pixels per pixel of the photo: 1 shows every pixel of the photo exactly once, on any screen. */
  get scale(): number {
    return this.#scale;
  }

  /** CSS pixels per pixel of the photo. */
  get cssScale(): number {
    return this.#scale / this.#pane.density;
  }

  /** Device pixels per CSS pixel. */
  get density(): number {
    return this.#pane.density;
  }

  /** Of the pane, in CSS pixels. */
  get size(): Size {
    return this.#pane;
  }

  /** The scale at which the whole photo is seen. Small photos are enlarged, tiny ones by whole numbers. */
  get fitScale(): number {
    const { width, height, density } = this.#pane;
    const fitted = Math.max(
      Math.min(
        ((width - 2 * marginPx) * density) / this.photo.width,
        ((height - 2 * marginPx) * density) / this.photo.height,
      ),
      Number.MIN_VALUE,
    );
    const natural = Math.max(1, Math.round(density));
    return fitted < 2 * natural ? fitted : Math.min(8 * natural, Math.floor(fitted));
  }

  /** The scale at which the photo leaves no part of the pane empty. */
  get fillScale(): number {
    const { width, height, density } = this.#pane;
    return Math.max((width * density) / this.photo.width, (height * density) / this.photo.height);
  }

  get leastScale(): number {
    return Math.min(this.fitScale, 1) / 4;
  }

  get greatestScale(): number {
    return Math.max(greatestScale, this.fitScale);
  }

  /** Where the photo's upper left corner lies, in device pixels; whole, so that 100 % is exact. */
  get origin(): Point {
    const { width, height, density } = this.#pane;
    return {
      x: Math.round((width * density) / 2 - this.#centre.x * this.#scale),
      y: Math.round((height * density) / 2 - this.#centre.y * this.#scale),
    };
  }

  /** The part of the photo that is seen, in whole pixels; undefined when none is. */
  get visible(): Rect | undefined {
    const from = this.toPhoto({ x: 0, y: 0 });
    const to = this.toPhoto({ x: this.#pane.width, y: this.#pane.height });
    const x = clamp(Math.floor(from.x), 0, this.photo.width);
    const y = clamp(Math.floor(from.y), 0, this.photo.height);
    const width = clamp(Math.ceil(to.x), 0, this.photo.width) - x;
    const height = clamp(Math.ceil(to.y), 0, this.photo.height) - y;
    return width > 0 && height > 0 ? { x, y, width, height } : undefined;
  }

  toScreen({ x, y }: Point): Point {
    const { origin, scale, density } = this;
    return { x: (origin.x + x * scale) / density, y: (origin.y + y * scale) / density };
  }

  toPhoto({ x, y }: Point): Point {
    const { origin, scale, density } = this;
    return { x: (x * density - origin.x) / scale, y: (y * density - origin.y) / scale };
  }

  /** Follows the pane's size: what lay in its middle stays there. */
  resize(width: number, height: number, density: number): void {
    this.#pane = { width, height, density };
    this.#settle();
  }

  /** Shows the whole photo, also when the window's size changes. */
  fit(): void {
    this.#follow('fit');
  }

  /** Leaves no part of the window empty, also when its size changes. */
  fill(): void {
    this.#follow('fill');
  }

  /** 100 %, with the given point of the screen staying where it is. */
  actualSize(at?: Point): void {
    this.zoomTo(1, at);
    this.#mode = 'actual';
  }

  /** Fit becomes 100 %, anything else becomes fit. */
  toggleFit(at?: Point): void {
    if (this.#mode !== 'fit') this.#follow('fit');
    else if (this.fitScale === 1) this.zoomTo(2, at);
    else this.actualSize(at);
  }

  zoomBy(factor: number, at?: Point): void {
    this.zoomTo(this.#scale * factor, at);
  }

  zoomTo(scale: number, at: Point = { x: this.#pane.width / 2, y: this.#pane.height / 2 }): void {
    const { width, height, density } = this.#pane;
    const fixed = {
      x: this.#centre.x + ((at.x - width / 2) * density) / this.#scale,
      y: this.#centre.y + ((at.y - height / 2) * density) / this.#scale,
    };
    this.#mode = 'free';
    this.#scale = clamp(scale, this.leastScale, this.greatestScale);
    this.#centre = {
      x: fixed.x - ((at.x - width / 2) * density) / this.#scale,
      y: fixed.y - ((at.y - height / 2) * density) / this.#scale,
    };
    this.#settle();
  }

  /** Moves the photo by CSS pixels; a fitted one has nowhere to go. */
  panBy(dx: number, dy: number): void {
    if (this.#mode === 'fit') return;
    this.#centre = { x: this.#centre.x - dx / this.cssScale, y: this.#centre.y - dy / this.cssScale };
    this.#settle();
  }

  /** Brings a part of the photo into sight, without zooming, if it is not in sight yet. */
  reveal(rect: Rect): void {
    const { cssScale } = this;
    const from = this.toScreen(rect);
    const [dx, dy] = [
      shiftIntoSight(from.x, rect.width * cssScale, this.#pane.width),
      shiftIntoSight(from.y, rect.height * cssScale, this.#pane.height),
    ];
    if (dx !== 0 || dy !== 0) this.panBy(dx, dy);
  }

  #follow(mode: 'fit' | 'fill'): void {
    this.#mode = mode;
    this.#settle();
  }

  #settle(): void {
    const { width, height, density } = this.#pane;
    if (width <= 0 || height <= 0) return;
    if (this.#mode === 'fit') this.#scale = this.fitScale;
    if (this.#mode === 'fill') this.#scale = this.fillScale;
    const isFitted = this.#mode === 'fit';
    const along = (centre: number, length: number, pane: number) => {
      const half = (pane * density) / 2 / this.#scale;
      if (isFitted || length <= 2 * half) return length / 2;
      const past = (overscrollPx * density) / this.#scale;
      const room = this.#mode === 'fill' ? 0 : past;
      return clamp(centre, half - room, length - half + room);
    };
    this.#centre = {
      x: along(this.#centre.x, this.photo.width, width),
      y: along(this.#centre.y, this.photo.height, height),
    };
  }
}

function shiftIntoSight(start: number, length: number, pane: number): number {
  if (start >= 0 && start + length <= pane) return 0;
  if (length > pane) {
    const seen = Math.min(start + length, pane) - Math.max(start, 0);
    return seen > pane / 4 ? 0 : (pane - length) / 2 - start;
  }
  return start < 0 ? marginPx - start : pane - marginPx - start - length;
}
