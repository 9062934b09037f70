/** Size of an element's content in CSS pixels, and how many device pixels that is. */
export interface CanvasSize {
  readonly width: number;
  readonly height: number;
  readonly deviceWidth: number;
  readonly deviceHeight: number;
  readonly density: number;
}

/** Tells an element's size at first and whenever it changes, to the device pixel. Gives a function that ends it. */
export function observeSize(element: Element, onSize: (size: CanvasSize) => void): () => void {
  const observer = new ResizeObserver((entries) => {
    const { contentRect, devicePixelContentBoxSize } = entries[entries.length - 1];
    const { width, height } = contentRect;
    const [{ inlineSize, blockSize }] = devicePixelContentBoxSize;
    onSize({
      width,
      height,
      deviceWidth: devicePixels(inlineSize, width),
      deviceHeight: devicePixels(blockSize, height),
      density: devicePixelRatio,
    });
  });
  observer.observe(element, { box: 'device-pixel-content-box' });
  return () => observer.disconnect();
}

/** What is measured, unless it is far from what it must be, as where a screen's density is only emulated. */
function devicePixels(measured: number, length: number): number {
  const expected = length * devicePixelRatio;
  return Math.abs(measured - expected) <= 1 ? measured : Math.round(expected);
}
