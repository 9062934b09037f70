import { clamp01, crop, pad, pasteInto } from '../../pixels/crop.ts';
import { maskBounds } from '../../pixels/mask.ts';
import { createPlanes, type Planes, type Rect } from '../../pixels/planes.ts';
import { resizeArea, resizeLanczos } from '../../pixels/resize.ts';
import { distanceInside } from '../../region/feather.ts';
import type { WindowModel } from '../../region/window-model.ts';
import type { PlainTensor } from '../../runtime/session.ts';
import type { Manifest } from '../manifest.ts';
import type { RunnableModel } from '../network.ts';
import type { Signature } from '../signature.ts';
import { type Feeds, packImage, packMask, scalarFeeds, unpackImage } from './tensors.ts';

/** Holes thicker than this part of a run are made at a smaller scale: a network must see around them. */
const thickestPart = 1 / 3;
/** Of a run's picture, the middle half is kept; the rest is surroundings. */
const corePart = 1 / 2;

/** LaMa, MI-GAN and others that fill holes. */
export function fillModel(
  manifest: Pick<Manifest, 'id' | 'adapter'> & { readonly signature: Signature },
  model: Pick<RunnableModel, 'run'>,
): WindowModel {
  const { signature } = manifest;
  const size = signature.size ?? { width: 512, height: 512 };

  async function fillOnce(picture: Planes, holes: Planes): Promise<Planes> {
    const right = size.width - picture.width;
    const bottom = size.height - picture.height;
    const sides = { left: 0, top: 0, right, bottom };
    const whole = right === 0 && bottom === 0 ? picture : pad(picture, sides, 'reflect');
    const marks = createPlanes(size.width, size.height, 1);
    pasteInto(marks, holes, 0, 0);
    const feeds =
      manifest.adapter === 'migan' ? miganFeeds(whole, marks, signature) : maskFeeds(whole, marks, signature);
    const outputs = await model.run(feeds, [signature.output.name]);
    const filled = unpackImage(outputs[signature.output.name], signature.output, whole);
    return crop(clamp01(filled), { x: 0, y: 0, width: picture.width, height: picture.height });
  }

  return {
    id: manifest.id,
    use: 'fill',
    runs: (mask) => coresOf(shrinkMask(mask, scaleFor(mask, size)), size).length,
    run: async (window, mask, runDone) => {
      const factor = scaleFor(mask, size);
      const holes = shrinkMask(mask, factor);
      const picture =
        factor === 1
          ? { ...window, data: window.data.slice() }
          : resizeArea(window, holes.width, holes.height);
      for (const core of coresOf(holes, size)) {
        const seen = around(core, size, picture);
        const filled = await fillOnce(crop(picture, seen), crop(holes, seen));
        // What is filled counts as known for the runs that follow, so that they meet it.
        takeOver(picture, holes, filled, core, seen);
        await runDone();
      }
      return factor === 1 ? picture : enlarged(window, mask, picture);
    },
  };
}

function maskFeeds(picture: Planes, holes: Planes, signature: Signature): Feeds {
  const { image, mask } = signature;
  if (mask === undefined) throw new Error('a model that fills needs a mask');
  return {
    [image.name]: packImage(picture, image),
    [mask.name]: packMask(holes, mask),
    ...scalarFeeds(signature),
  };
}

/** MI-GAN's network: what is known (1) less one half, then the picture with nothing in the holes. */
function miganFeeds(picture: Planes, holes: Planes, { image }: Signature): Feeds {
  const rgb = packImage(picture, { ...image, layout: 'nchw' });
  const pixels = holes.data.length;
  const data = new Float32Array(4 * pixels);
  for (let i = 0; i < pixels; i++) {
    const known = holes.data[i] > 0 ? 0 : 1;
    data[i] = known - 0.5;
    for (let c = 0; c < 3; c++) data[(c + 1) * pixels + i] = known * rgb.data[c * pixels + i];
  }
  const tensor: PlainTensor = { dims: [1, 4, picture.height, picture.width], data };
  return { [image.name]: tensor };
}

/** How many times smaller holes must be seen. */
function scaleFor(mask: Planes, size: { readonly width: number; readonly height: number }): number {
  const deepest = distanceInside(mask).reduce((most, px) => Math.max(most, px), 0);
  // Without anything around the holes, the whole window counts.
  const thickness = Math.min(2 * deepest, Math.max(mask.width, mask.height));
  return Math.max(1, thickness / (thickestPart * Math.min(size.width, size.height)));
}

/** Pixels that hold anything of a hole are holes: the damage there is mixed into them. */
function shrinkMask(mask: Planes, factor: number): Planes {
  const small =
    factor === 1
      ? mask
      : resizeArea(
          mask,
          Math.max(1, Math.round(mask.width / factor)),
          Math.max(1, Math.round(mask.height / factor)),
        );
  return { ...small, data: small.data.map((value) => (value > 0 ? 1 : 0)) };
}

/** Parts that together cover all holes, each for one run. */
function coresOf(holes: Planes, size: { readonly width: number; readonly height: number }): Rect[] {
  const bounds = maskBounds(holes);
  if (bounds === undefined) return [];
  const across = cut(bounds.x, bounds.width, corePart * size.width);
  const down = cut(bounds.y, bounds.height, corePart * size.height);
  const cores = down.flatMap(([y, height]) => across.map(([x, width]) => ({ x, y, width, height })));
  return cores.filter((core) => crop(holes, core).data.some((value) => value > 0));
}

function cut(from: number, length: number, most: number): [number, number][] {
  const count = Math.ceil(length / most);
  return Array.from({ length: count }, (_, i) => {
    const start = from + Math.round((i * length) / count);
    return [start, from + Math.round(((i + 1) * length) / count) - start];
  });
}

/** What a run sees: the core in the middle of as much as the model takes, as far as the picture goes. */
function around(
  core: Rect,
  size: { readonly width: number; readonly height: number },
  picture: Pick<Planes, 'width' | 'height'>,
): Rect {
  const width = Math.min(size.width, picture.width);
  const height = Math.min(size.height, picture.height);
  const place = (start: number, length: number, seen: number, whole: number) =>
    Math.min(whole - seen, Math.max(0, Math.floor(start + length / 2 - seen / 2)));
  return {
    x: place(core.x, core.width, width, picture.width),
    y: place(core.y, core.height, height, picture.height),
    width,
    height,
  };
}

function takeOver(picture: Planes, holes: Planes, filled: Planes, core: Rect, seen: Rect): void {
  for (let y = core.y; y < core.y + core.height; y++) {
    for (let x = core.x; x < core.x + core.width; x++) {
      const at = y * picture.width + x;
      if (holes.data[at] === 0) continue;
      holes.data[at] = 0;
      for (let c = 0; c < 3; c++) {
        const from = (c * filled.height + y - seen.y) * filled.width + x - seen.x;
        picture.data[c * holes.data.length + at] = filled.data[from];
      }
    }
  }
}

function enlarged(window: Planes, mask: Planes, small: Planes): Planes {
  const large = clamp01(resizeLanczos(small, window.width, window.height));
  const pixels = mask.data.length;
  return {
    ...window,
    data: window.data.map((value, i) => (mask.data[i % pixels] > 0 ? large.data[i] : value)),
  };
}
