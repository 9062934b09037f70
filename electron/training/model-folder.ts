import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { writeFileAtomic } from '../engine/atomic-file.ts';
import type { Manifest } from '../engine/models/manifest.ts';
import { createRandom } from '../engine/pixels/random.ts';
import { exportModel } from './export.ts';
import { sizeMultiple } from './network.ts';
import type { Weights } from './parameters.ts';
import type { PresetName, TrainingPlan } from './plan.ts';

/** What a model is called and how it came about. */
export interface ModelFacts {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly source: string;
  readonly priority: number;
  readonly training: Manifest['training'];
}

type Kind = Pick<Manifest, 'adapter' | 'damage' | 'tileSizePx' | 'limits'> & {
  input: string;
  output: string;
};

/** Beyond these strengths networks are run at a smaller scale; see dataset/detail.ts. */
const limits = { maxBlurSigmaPx: 4, maxMosaicPitchPx: 10 };
const article: Kind = {
  adapter: 'article',
  damage: ['blur', 'mosaic'],
  tileSizePx: 512,
  limits,
  input: 'damaged RGB, -1..1',
  output: 'RGB, -1..1',
};
const kinds: Readonly<Record<PresetName, Kind>> = {
  article,
  autoencoder: article,
  photomend: {
    adapter: 'photomend',
    damage: ['blur', 'mosaic'],
    tileSizePx: 768,
    limits,
    input: 'classical estimate - 0.5 (RGB), mask 0..1, blur sigma / 8, mosaic pitch / 16',
    output: 'RGB residual',
  },
  defects: {
    adapter: 'defects',
    damage: ['stain', 'scratch'],
    tileSizePx: 768,
    limits,
    input: 'damaged RGB - 0.5, mask 0..1',
    output: 'logits of damaged pixels',
  },
};

/** Writes `model.onnx` (fp16 weights) and `manifest.json` to `folder`: what `photomend models import` takes. */
export async function writeModelFolder(
  folder: string,
  plan: Pick<TrainingPlan, 'preset' | 'spec'>,
  weights: Weights,
  facts: ModelFacts,
): Promise<Manifest> {
  const { spec } = plan;
  const kind = kinds[plan.preset];
  const bytes = exportModel(spec, weights, 'fp16', { preset: plan.preset, spec: JSON.stringify(spec) });
  const { id, name, version, licence, source, priority, training } = facts;
  const manifest: Manifest = {
    schemaVersion: 1,
    id,
    name,
    version,
    licence,
    source,
    adapter: kind.adapter,
    damage: kind.damage,
    file: 'model.onnx',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    precision: 'fp16',
    input: { name: 'input', channels: spec.inputChannels, range: kind.input },
    output: { name: 'output', channels: spec.outputChannels, range: kind.output },
    sizeMultiple: sizeMultiple(spec),
    marginPx: await measureMargin(bytes, spec.inputChannels, sizeMultiple(spec)),
    tileSizePx: kind.tileSizePx,
    limits: kind.limits,
    priority,
    training,
  };
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(join(folder, manifest.file), bytes);
  await writeFileAtomic(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/** A difference that 8-bit pixels do not show. */
const invisible = 0.5 / 255;
const probeSidePx = 256;

/**
 * How far from a cut edge results are still wrong: the same noise picture is run whole and cut off on its left, and
 * compared column by column. Relative to the size of the output, so that logits and residuals are judged alike.
 */
export async function measureMargin(model: Uint8Array, channels: number, multiple: number): Promise<number> {
  const session = await ort.InferenceSession.create(model);
  const random = createRandom(99);
  const side = Math.ceil(probeSidePx / multiple) * multiple;
  const cut = Math.ceil(64 / multiple) * multiple;
  const plane = side * side;
  const whole = Float32Array.from({ length: channels * plane }, (_, i) => {
    const [x, y] = [i % side, Math.floor(i / side) % side];
    return 0.3 * Math.sin(x / 7) * Math.cos(y / 11) + random.uniform(-0.15, 0.15);
  });
  const rest = side - cut;
  const part = new Float32Array(channels * side * rest);
  for (let row = 0; row < channels * side; row++)
    part.set(whole.subarray(row * side + cut, (row + 1) * side), row * rest);
  const run = async (data: Float32Array, width: number) =>
    (await session.run({ input: new ort.Tensor('float32', data, [1, channels, side, width]) })).output
      .data as Float32Array;
  const full = await run(whole, side);
  const shortened = await run(part, rest);
  await session.release();
  const largest = full.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const tolerated = invisible * Math.max(1, largest);
  for (let column = rest - 1; column >= 0; column--) {
    for (let row = 0; row < shortened.length / rest; row++) {
      if (Math.abs(shortened[row * rest + column] - full[row * side + cut + column]) > tolerated) {
        return Math.min(128, Math.ceil((column + 1) / multiple) * multiple);
      }
    }
  }
  return multiple;
}
