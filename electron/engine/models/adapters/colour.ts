import { clamp01 } from '../../pixels/crop.ts';
import { labFromRgb, rgbFromLab } from '../../pixels/lab.ts';
import { createPlanes, type Planes } from '../../pixels/planes.ts';
import { resizeLanczos } from '../../pixels/resize.ts';
import type { WindowModel } from '../../region/window-model.ts';
import type { Manifest } from '../manifest.ts';
import type { RunnableModel } from '../network.ts';
import type { Signature } from '../signature.ts';
import { packImage, requireDims, scalarFeeds } from './tensors.ts';

/** DDColor and others that see a picture in grey and answer with the a and b of CIE Lab, at a size of their own. */
export function colourModel(
  manifest: Pick<Manifest, 'id'> & { readonly signature: Signature },
  model: Pick<RunnableModel, 'run'>,
): WindowModel {
  const { signature } = manifest;
  const { image, output } = signature;
  const { width, height } = signature.size ?? { width: 256, height: 256 };

  return {
    id: manifest.id,
    use: 'remake',
    runs: () => 1,
    run: async (window, _mask, runDone) => {
      const { grey, lightness } = greyOf(window);
      const small =
        window.width === width && window.height === height
          ? grey
          : clamp01(resizeLanczos(grey, width, height));
      const feeds = { [image.name]: packImage(small, image), ...scalarFeeds(signature) };
      const tensor = (await model.run(feeds, [output.name]))[output.name];
      requireDims(tensor, [1, 2, height, width]);
      const ab: Planes = { width, height, channels: 2, data: tensor.data };
      const large =
        window.width === width && window.height === height
          ? ab
          : resizeLanczos(ab, window.width, window.height);
      await runDone();
      return coloured(lightness, large);
    },
  };
}

/** The picture without its colours, as RGB, and its lightness. */
function greyOf(window: Planes): { grey: Planes; lightness: Float32Array } {
  const pixels = window.width * window.height;
  const grey = createPlanes(window.width, window.height, 3);
  const lightness = new Float32Array(pixels);
  const [red, green, blue] = [0, 1, 2].map((c) => window.data.subarray(c * pixels, (c + 1) * pixels));
  for (let i = 0; i < pixels; i++) {
    [lightness[i]] = labFromRgb(red[i], green[i], blue[i]);
    const rgb = rgbFromLab([lightness[i], 0, 0]);
    for (let c = 0; c < 3; c++) grey.data[c * pixels + i] = rgb[c];
  }
  return { grey, lightness };
}

function coloured(lightness: Float32Array, ab: Planes): Planes {
  const pixels = lightness.length;
  const out = createPlanes(ab.width, ab.height, 3);
  for (let i = 0; i < pixels; i++) {
    const rgb = rgbFromLab([lightness[i], ab.data[i], ab.data[pixels + i]]);
    for (let c = 0; c < 3; c++) out.data[c * pixels + i] = rgb[c];
  }
  return out;
}
