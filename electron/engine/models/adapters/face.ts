import { alignFace, squareAround } from '../../faces/align.ts';
import { pasteFace } from '../../faces/paste.ts';
import { inverse, type Similarity } from '../../faces/similarity.ts';
import { warp } from '../../faces/warp.ts';
import { clamp01 } from '../../pixels/crop.ts';
import { maskBounds } from '../../pixels/mask.ts';
import type { Planes } from '../../pixels/planes.ts';
import type { WindowModel } from '../../region/window-model.ts';
import type { Manifest } from '../manifest.ts';
import type { RunnableModel } from '../network.ts';
import type { Signature } from '../signature.ts';
import { packImage, scalarFeeds, unpackImage } from './tensors.ts';
import type { FaceFinder } from './yunet.ts';

export interface FaceParts {
  readonly model: Pick<RunnableModel, 'run'>;
  /** Undefined where no face detector was imported: the rectangle says where the face is. */
  readonly finder: FaceFinder | undefined;
  /** A face was made. */
  readonly onInvented: () => void;
}

/** CodeFormer, GFPGAN and others for a square picture of one face. */
export function faceModel(
  manifest: Pick<Manifest, 'id'> & { readonly signature: Signature },
  { model, finder, onInvented }: FaceParts,
): WindowModel {
  const { signature } = manifest;
  const { image, output } = signature;
  const sidePx = signature.size?.width ?? 512;

  async function restored(face: Planes): Promise<Planes> {
    const feeds = { [image.name]: packImage(face, image), ...scalarFeeds(signature) };
    const outputs = await model.run(feeds, [output.name]);
    return clamp01(unpackImage(outputs[output.name], output, face));
  }

  return {
    id: manifest.id,
    use: 'remake',
    runs: () => 1,
    run: async (window, mask, runDone) => {
      const result: Planes = { ...window, data: window.data.slice() };
      for (const toFace of await placesOf(window, mask)) {
        const face = warp(result, inverse(toFace), sidePx, sidePx);
        pasteFace(result, await restored(face), toFace);
        onInvented();
        await runDone();
      }
      return result;
    },
  };

  /** Faces that are found in the region; where there are none, all of it is one face. */
  async function placesOf(window: Planes, mask: Planes): Promise<Similarity[]> {
    const bounds = maskBounds(mask);
    if (bounds === undefined) return [];
    const isInRegion = ({ x, y }: { x: number; y: number }) =>
      mask.data[Math.floor(y) * mask.width + Math.floor(x)] > 0;
    const found = (await finder?.find(window)) ?? [];
    const aligned = found.flatMap(({ box, points }) => {
      const isInside = isInRegion({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
      return (isInside ? alignFace(points, sidePx) : undefined) ?? [];
    });
    return aligned.length > 0 ? aligned : [squareAround(bounds, sidePx)];
  }
}
