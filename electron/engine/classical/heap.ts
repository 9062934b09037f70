/** A binary heap of pixel indices, nearest first. Pixels may be pushed again with a smaller distance. */
export interface PixelHeap {
  push(pixel: number, distance: number): void;
  /** The pixel with the smallest distance, removed; -1 when the heap is empty. */
  pop(): number;
}

export function createPixelHeap(capacity: number): PixelHeap {
  let pixels = new Int32Array(Math.max(16, capacity));
  let distances = new Float32Array(pixels.length);
  let count = 0;

  function grow(): void {
    const morePixels = new Int32Array(pixels.length * 2);
    const moreDistances = new Float32Array(pixels.length * 2);
    morePixels.set(pixels);
    moreDistances.set(distances);
    pixels = morePixels;
    distances = moreDistances;
  }

  function push(pixel: number, distance: number): void {
    if (count === pixels.length) grow();
    let at = count++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (distances[parent] <= distance) break;
      pixels[at] = pixels[parent];
      distances[at] = distances[parent];
      at = parent;
    }
    pixels[at] = pixel;
    distances[at] = distance;
  }

  function pop(): number {
    if (count === 0) return -1;
    const top = pixels[0];
    count--;
    const pixel = pixels[count];
    const distance = distances[count];
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && distances[child + 1] < distances[child]) child++;
      if (distances[child] >= distance) break;
      pixels[at] = pixels[child];
      distances[at] = distances[child];
      at = child;
    }
    pixels[at] = pixel;
    distances[at] = distance;
    return top;
  }

  return { push, pop };
}
