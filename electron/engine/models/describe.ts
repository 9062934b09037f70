import { basename } from 'node:path';
import { type AdapterName, channelsOf } from './adapters/by-name.ts';
import type { Guess, ImportAnswers } from './answers.ts';
import { inspectModel, type ModelFacts } from './inspect.ts';
import { type Manifest, smallestTilePx } from './manifest.ts';

/** What models of a kind are for, where no manifest tells. */
const damageFor: Readonly<Record<AdapterName, Manifest['damage']>> = {
  photomend: ['blur', 'mosaic'],
  defects: ['stain', 'scratch'],
  article: ['blur', 'mosaic'],
  image: ['blur', 'mosaic'],
  fill: ['stain', 'scratch', 'fill'],
  migan: ['stain', 'scratch', 'fill'],
  face: ['blur', 'mosaic', 'stain', 'scratch'],
  colour: ['colour'],
  yunet: [],
};

const usualMarginPx = 64;
const usualTilePx = 512;

/** A manifest for a bare `.onnx` file, and what in it was guessed. */
export interface Description {
  readonly manifest: Manifest;
  readonly guessed: readonly Guess[];
  /** The scale of its output is known only after a run. */
  readonly isScaleOpen: boolean;
}

/**
 * Describes a bare `.onnx` file by the names, types and shapes of its inputs and outputs. What the file does not
 * tell (margin, multiple, limits) is set to values that are safe for any network of its kind.
 * @throws AppError as {@link inspectModel}
 */
export async function describeFile(path: string, answers: ImportAnswers = {}): Promise<Description> {
  const facts = await inspectModel(path, answers);
  const { adapter, sha256, bytes, precision, inputName, outputName, signature, guessed, isScaleOpen } = facts;
  const channels = channelsOf(adapter);
  const stem = basename(path).replace(/\.onnx$/i, '');
  const id = answers.id ?? idFrom(stem);
  const manifest: Manifest = {
    schemaVersion: 1,
    id,
    name: answers.name ?? (stem.slice(0, 200) || id),
    version: '1',
    licence: answers.licence ?? 'unknown',
    source: `imported from ${basename(path)}`,
    adapter,
    damage: damageFor[adapter],
    file: 'model.onnx',
    sha256,
    bytes,
    precision,
    input: {
      name: inputName.slice(0, 200),
      channels: channels.input,
      range: signature?.image.range ?? 'as the adapter gives it',
    },
    output: {
      name: outputName.slice(0, 200),
      channels: channels.output,
      range: signature?.output.range ?? 'as the adapter takes it',
    },
    ...tilingOf(facts),
    limits: { maxBlurSigmaPx: 4, maxMosaicPitchPx: 10 },
    priority: 1,
    ...(signature !== undefined && { signature }),
    training: {},
  };
  return { manifest, guessed, isScaleOpen };
}

/** The manifest alone. @throws AppError as {@link inspectModel} */
export async function describeModel(path: string): Promise<Manifest> {
  return (await describeFile(path)).manifest;
}

/** Tiles that suit any network of its kind. */
function tilingOf({
  signature,
  largestTilePx,
}: Pick<ModelFacts, 'signature' | 'largestTilePx'>): Pick<
  Manifest,
  'sizeMultiple' | 'marginPx' | 'tileSizePx'
> {
  if (signature?.size !== undefined) {
    const tileSizePx = Math.min(signature.size.width, signature.size.height);
    const marginPx = Math.max(0, Math.min(32, Math.floor((tileSizePx - 32) / 4)));
    return { sizeMultiple: 1, marginPx, tileSizePx };
  }
  // NAFNet halves a picture four times, Restormer and SCUNet three times and in windows of eight.
  const sizeMultiple = signature === undefined ? 32 : 64;
  const fewerPx = Math.floor(largestTilePx / sizeMultiple) * sizeMultiple;
  const leastPx = smallestTilePx(usualMarginPx, sizeMultiple);
  const tileSizePx = fewerPx < usualTilePx ? Math.max(leastPx, fewerPx) : usualTilePx;
  return { sizeMultiple, marginPx: usualMarginPx, tileSizePx };
}

/** An id from a file's name, which may be of any script and length. */
function idFrom(stem: string): string {
  const plain = stem.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 65).replace(/^-+/, '').slice(0, 64).replace(/-+$/, '') || 'model';
}
