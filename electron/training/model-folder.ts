import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../engine/atomic-file.ts';
import type { Manifest } from '../engine/models/manifest.ts';
import { measureMargin } from '../engine/models/margin.ts';
import { ModelSession } from '../engine/runtime/session.ts';
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
  /** Of networks that mark damage: what of it to believe. */
  readonly find?: Manifest['find'];
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
  fill: {
    adapter: 'photomend',
    damage: ['fill'],
    tileSizePx: 768,
    limits,
    input: 'diffused fill - 0.5 (RGB), filled pixels 0 or 1, 0, 0',
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

/** How the pipeline runs the networks of a preset, and what they are for. */
export function adapterOf(preset: PresetName): Pick<Manifest, 'adapter' | 'damage'> {
  return kinds[preset];
}

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
  await mkdir(folder, { recursive: true });
  const file = 'model.onnx';
  await writeFileAtomic(join(folder, file), bytes);
  const session = await ModelSession.open(join(folder, file), 'cpu');
  const marginPx = await measureMargin(session, spec.inputChannels, sizeMultiple(spec));
  await session.release();
  const manifest: Manifest = {
    schemaVersion: 1,
    id,
    name,
    version,
    licence,
    source,
    adapter: kind.adapter,
    damage: kind.damage,
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    precision: 'fp16',
    input: { name: 'input', channels: spec.inputChannels, range: kind.input },
    output: { name: 'output', channels: spec.outputChannels, range: kind.output },
    sizeMultiple: sizeMultiple(spec),
    marginPx,
    tileSizePx: kind.tileSizePx,
    limits: kind.limits,
    ...(facts.find !== undefined && { find: facts.find }),
    priority,
    training,
  };
  await writeFileAtomic(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
