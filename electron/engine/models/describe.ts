import { basename } from 'node:path';
import { type AdapterName, adapters } from './adapters/by-name.ts';
import { inspectModel } from './inspect.ts';
import { type Manifest, smallestTilePx } from './manifest.ts';

/** What models of a kind are for, where no manifest tells. */
const damageFor: Readonly<Record<AdapterName, Manifest['damage']>> = {
  photomend: ['blur', 'mosaic'],
  defects: ['stain', 'scratch'],
  article: ['blur', 'mosaic'],
};

const sizeMultiple = 32;
const usualMarginPx = 64;
const usualTilePx = 512;

/**
 * A manifest for a bare `.onnx` file, from the names and shapes of its inputs and outputs. What the file does not
 * tell (margin, multiple, limits) is set to values that are safe for any network of its kind.
 * @throws AppError `model/not-a-model`, `model/unknown-kind`, `model/fixed-size`, `model/unreadable`
 */
export async function describeModel(path: string): Promise<Manifest> {
  const facts = await inspectModel(path);
  const { adapter, sha256, bytes, precision, inputName, outputName } = facts;
  const { inputChannels, outputChannels } = adapters[adapter];
  const stem = basename(path).replace(/\.onnx$/i, '');
  const id = idFrom(stem);
  const fewerPx = Math.floor(facts.largestTilePx / sizeMultiple) * sizeMultiple;
  const leastPx = smallestTilePx(usualMarginPx, sizeMultiple);
  return {
    schemaVersion: 1,
    id,
    name: stem.slice(0, 200) || id,
    version: '1',
    licence: 'unknown',
    source: `imported from ${basename(path)}`,
    adapter,
    damage: damageFor[adapter],
    file: 'model.onnx',
    sha256,
    bytes,
    precision,
    input: { name: inputName.slice(0, 200), channels: inputChannels, range: 'as the adapter gives it' },
    output: { name: outputName.slice(0, 200), channels: outputChannels, range: 'as the adapter takes it' },
    sizeMultiple,
    marginPx: usualMarginPx,
    tileSizePx: fewerPx < usualTilePx ? Math.max(leastPx, fewerPx) : usualTilePx,
    limits: { maxBlurSigmaPx: 4, maxMosaicPitchPx: 10 },
    priority: 1,
    training: {},
  };
}

/** An id from a file's name, which may be of any script and length. */
function idFrom(stem: string): string {
  const plain = stem.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return plain.slice(0, 65).replace(/^-+/, '').slice(0, 64).replace(/-+$/, '') || 'model';
}
