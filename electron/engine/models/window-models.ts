import type { WindowModel } from '../region/window-model.ts';
import { colourModel } from './adapters/colour.ts';
import { faceModel } from './adapters/face.ts';
import { fillModel } from './adapters/fill.ts';
import { yunetFinder } from './adapters/yunet.ts';
import type { ModelEntry } from './entry.ts';
import type { Manifest } from './manifest.ts';
import type { FallbackOptions, RunnableModel } from './network.ts';
import { steadyModel } from './steady-model.ts';

interface LoadedModel {
  readonly session: RunnableModel;
  readonly fallback: FallbackOptions;
}

export interface WindowModelParts {
  readonly load: () => Promise<LoadedModel>;
  /** Undefined where no face detector was imported. */
  readonly loadFaceFinder: () => Promise<(LoadedModel & { readonly manifest: Manifest }) | undefined>;
  readonly onNotice: FallbackOptions['onNotice'];
}

/** Whether a model sees whole windows instead of tiles. */
export function isWindowModel({ manifest }: Pick<ModelEntry, 'manifest'>): boolean {
  return ['fill', 'migan', 'face', 'colour'].includes(manifest.adapter);
}

/** A model of others as the pipeline sees it. */
export async function makeWindowModel(manifest: Manifest, parts: WindowModelParts): Promise<WindowModel> {
  const { id, adapter, signature } = manifest;
  if (signature === undefined) throw new Error(`${id} has no signature`);
  const { session, fallback } = await parts.load();
  const model = steadyModel(session, fallback);
  switch (adapter) {
    case 'fill':
    case 'migan':
      return fillModel({ id, adapter, signature }, model);
    case 'colour':
      return colourModel({ id, signature }, model);
    case 'face': {
      const found = await parts.loadFaceFinder();
      const finder =
        found?.manifest.signature &&
        yunetFinder(found.manifest.signature, steadyModel(found.session, found.fallback));
      const words = 'The face is a plausible invention, not evidence of what the person looked like.';
      const onInvented = () => parts.onNotice(words, 'invented-face');
      return faceModel({ id, signature }, { model, finder, onInvented });
    }
    default:
      throw new Error(`${id} does not see whole windows`);
  }
}
