import type { ModelAdapter } from './adapter.ts';
import { articleAdapter } from './article.ts';
import { defectsAdapter } from './defects.ts';
import { photomendAdapter } from './photomend.ts';

/** Kinds of networks that Photomend trains. */
export const ownAdapterNames = ['photomend', 'defects', 'article'] as const;
export type OwnAdapterName = (typeof ownAdapterNames)[number];

/**
 * Kinds of models of others; each has a signature in its manifest.
 * - `image`: a picture in, a picture out, 1 to 8 times as large (Real-ESRGAN, NAFNet, Restormer, SCUNet)
 * - `fill`: picture and mask in, picture out (LaMa, MI-GAN's pipeline)
 * - `migan`: MI-GAN's bare network, mask and picture in one tensor
 * - `face`: a square picture of one face (CodeFormer, GFPGAN)
 * - `colour`: a grey picture in, the a and b of CIE Lab out (DDColor)
 * - `yunet`: finds faces
 */
export const foreignAdapterNames = ['image', 'fill', 'migan', 'face', 'colour', 'yunet'] as const;
export type ForeignAdapterName = (typeof foreignAdapterNames)[number];

/** The kinds of models, by the names that manifests call them. */
export const adapterNames = [...ownAdapterNames, ...foreignAdapterNames] as const;
export type AdapterName = (typeof adapterNames)[number];

export const adapters: Readonly<Record<OwnAdapterName, ModelAdapter>> = {
  photomend: photomendAdapter,
  defects: defectsAdapter,
  article: articleAdapter,
};

export function isOwnAdapter(name: AdapterName): name is OwnAdapterName {
  return ownAdapterNames.some((own) => own === name);
}

/** What a model does in a repair; one of each kind can take part. */
export type ModelRole =
  /** Makes the picture of a region. */
  | 'picture'
  /** Marks damaged pixels. */
  | 'marks'
  /** Fills holes. */
  | 'fill'
  /** Finds faces for models of faces. */
  | 'faces';

const roles: Readonly<Record<AdapterName, ModelRole>> = {
  photomend: 'picture',
  article: 'picture',
  image: 'picture',
  face: 'picture',
  colour: 'picture',
  defects: 'marks',
  fill: 'fill',
  migan: 'fill',
  yunet: 'faces',
};

export function roleOf(adapter: AdapterName): ModelRole {
  return roles[adapter];
}

/** Channels of the picture that goes in and of what comes out. */
export function channelsOf(adapter: AdapterName): { readonly input: number; readonly output: number } {
  if (isOwnAdapter(adapter)) {
    const { inputChannels, outputChannels } = adapters[adapter];
    return { input: inputChannels, output: outputChannels };
  }
  switch (adapter) {
    case 'migan':
      return { input: 4, output: 3 };
    case 'colour':
      return { input: 3, output: 2 };
    case 'yunet':
      return { input: 3, output: 1 };
    default:
      return { input: 3, output: 3 };
  }
}
