import { crop, pad } from '../../pixels/crop.ts';
import type { Planes } from '../../pixels/planes.ts';
import type { NetworkInput } from '../../region/tiles.ts';

/** A network's input continued by reflection to the right and below, to a multiple of `multiple` pixels. */
export function padInput(input: NetworkInput, multiple: number): NetworkInput {
  const { width, height } = input.window;
  const up = (length: number) => Math.ceil(length / multiple) * multiple;
  return padInputTo(input, up(width), up(height));
}

/** The same, to a size of at least its own. */
export function padInputTo(input: NetworkInput, width: number, height: number): NetworkInput {
  const right = width - input.window.width;
  const bottom = height - input.window.height;
  if (right === 0 && bottom === 0) return input;
  const grow = (planes: Planes) => pad(planes, { left: 0, top: 0, right, bottom }, 'reflect');
  const { window, start, mask } = input;
  const grownWindow = grow(window);
  return {
    ...input,
    window: grownWindow,
    start: start === window ? grownWindow : grow(start),
    mask: grow(mask),
  };
}

/** The part of a result that was not made up by {@link padInput}. */
export function cropBack(result: Planes, width: number, height: number): Planes {
  return result.width === width && result.height === height
    ? result
    : crop(result, { x: 0, y: 0, width, height });
}
