import type { Planes } from '../../pixels/planes.ts';
import { resizeArea } from '../../pixels/resize.ts';
import type { NetworkInput } from '../../region/tiles.ts';
import type { PlainTensor } from '../../runtime/session.ts';
import type { Manifest } from '../manifest.ts';
import { outputPlanes } from '../output.ts';
import type { Signature } from '../signature.ts';
import { adapters, isOwnAdapter } from './by-name.ts';
import { cropBack, padInput, padInputTo } from './padding.ts';
import { type Feeds, packImage, scalarFeeds, unpackImage } from './tensors.ts';

/** The names of a loaded model's tensors. */
interface Names {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** How a tile becomes a model's inputs, and its outputs a tile. */
export interface TileBinding {
  /** The tile enlarged to a size that the model takes. */
  fit(input: NetworkInput): NetworkInput;
  feeds(fitted: NetworkInput, names: Names): Feeds;
  /** The outputs that are needed. */
  wanted(names: Names): readonly string[];
  /** The result of the model for a fitted tile, of the tile's own size. @throws AppError `model/wrong-output` */
  result(
    outputs: Readonly<Record<string, PlainTensor>>,
    fitted: NetworkInput,
    tile: Pick<Planes, 'width' | 'height'>,
  ): Planes;
}

/** The binding of models that are run tile by tile. */
export function tileBinding(manifest: Pick<Manifest, 'adapter' | 'signature' | 'sizeMultiple'>): TileBinding {
  const { adapter, signature, sizeMultiple } = manifest;
  if (isOwnAdapter(adapter)) return ownBinding(adapter, sizeMultiple);
  if (signature === undefined) throw new Error(`a model of the kind ${adapter} needs a signature`);
  return imageBinding(signature, sizeMultiple);
}

function ownBinding(name: keyof typeof adapters, sizeMultiple: number): TileBinding {
  const adapter = adapters[name];
  return {
    fit: (input) => padInput(input, sizeMultiple),
    feeds: (fitted, { inputNames: [inputName] }) => {
      const { width, height } = fitted.window;
      const { channels, data } = adapter.pack(fitted);
      return { [inputName]: { dims: [1, channels, height, width], data } };
    },
    wanted: ({ outputNames: [outputName] }) => [outputName],
    result: (outputs, fitted, { width, height }) => {
      const [output] = Object.values(outputs);
      const shape = { width: fitted.window.width, height: fitted.window.height };
      const planes = outputPlanes(output, { ...shape, channels: adapter.outputChannels });
      return cropBack(adapter.unpack(planes, fitted), width, height);
    },
  };
}

/** Image-to-image models see the damaged picture; what they enlarged is averaged back to its size. */
function imageBinding(signature: Signature, sizeMultiple: number): TileBinding {
  const { image, output, size, minSidePx = 1 } = signature;
  return {
    fit: (input) => {
      if (size !== undefined) return padInputTo(input, size.width, size.height);
      const { width, height } = input.window;
      return padInput(
        padInputTo(input, Math.max(width, minSidePx), Math.max(height, minSidePx)),
        sizeMultiple,
      );
    },
    feeds: ({ window }) => ({ [image.name]: packImage(window, image), ...scalarFeeds(signature) }),
    wanted: () => [output.name],
    result: (outputs, { window }, { width, height }) => {
      const large = unpackImage(outputs[output.name], output, window);
      const whole = output.scale === 1 ? large : resizeArea(large, window.width, window.height);
      return cropBack(whole, width, height);
    },
  };
}
