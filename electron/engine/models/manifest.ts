import { z } from 'zod';
import { AppError } from '../errors.ts';
import { adapterNames, channelsOf, isOwnAdapter } from './adapters/by-name.ts';
import { signatureSchema } from './signature.ts';

/** Larger files are no network of the kinds that are known. */
export const maxModelBytes = 2 ** 30;

/** The kinds of damage a model can be for. */
const modelDamage = z.enum(['blur', 'mosaic', 'stain', 'scratch', 'fill', 'colour']);

const byKind = <T extends z.ZodType>(value: T) =>
  z.strictObject({ stain: value, scratch: value, dust: value });

/** manifest.json: all that the pipeline must know of a model file. */
const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  name: z.string().min(1).max(200),
  version: z.string().max(50),
  licence: z.string().max(500),
  /** Where it comes from: who trained it, on what. */
  source: z.string().max(2000),
  adapter: z.enum(adapterNames),
  damage: z.array(modelDamage).max(6),
  /** The model's file beside the manifest: a plain name. */
  file: z.string().regex(/^[\w][\w.-]{0,100}\.onnx$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().min(1).max(maxModelBytes),
  precision: z.enum(['fp32', 'fp16']),
  input: z.strictObject({
    name: z.string().max(200),
    channels: z.int().min(1).max(16),
    range: z.string().max(200),
  }),
  output: z.strictObject({
    name: z.string().max(200),
    channels: z.int().min(1).max(16),
    range: z.string().max(200),
  }),
  /** Height and width must be multiples of this. */
  sizeMultiple: z.int().min(1).max(256),
  /** How far from a cut edge results are still wrong. */
  marginPx: z.int().min(0).max(512),
  tileSizePx: z.int().min(64).max(2048),
  /** The strongest damage it was trained on; stronger damage is run at a smaller scale. */
  limits: z.strictObject({
    maxBlurSigmaPx: z.number().positive().max(100),
    maxMosaicPitchPx: z.number().positive().max(256),
  }),
  /** Networks that mark damage: what of it to believe in a whole photo, see find/thresholds.ts. */
  find: z
    .strictObject({
      likelyLogit: z.number().min(-15).max(15),
      likelyLine: z.number().min(-4).max(4),
      weights: byKind(z.array(z.number()).length(11)),
      gate: byKind(z.number().min(0).max(1)),
      least: byKind(z.number().min(0).max(1)),
    })
    .optional(),
  /** Scores when several models could do: the highest is taken. */
  priority: z.int().min(0).max(1000),
  /** Models of others: how their tensors are to be filled and read. */
  signature: signatureSchema.optional(),
  /** How it was trained: plan, photos, curves; for people. */
  training: z.record(z.string(), z.json()),
});
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * Reads a manifest's text.
 * @throws AppError `model/bad-manifest` with what is wrong
 */
export function parseManifest(text: string): Manifest {
  const manifest = readManifest(text);
  const { adapter, input, output, tileSizePx, marginPx, sizeMultiple } = manifest;
  const channels = channelsOf(adapter);
  if (input.channels !== channels.input || output.channels !== channels.output) {
    throw new AppError(
      'model/bad-manifest',
      `A model of the kind "${adapter}" has ${channels.input} channels in and ${channels.output} out.`,
    );
  }
  if ((manifest.signature === undefined) !== isOwnAdapter(adapter)) {
    throw new AppError(
      'model/bad-manifest',
      `A model of the kind "${adapter}" has ${isOwnAdapter(adapter) ? 'no' : 'a'} signature.`,
    );
  }
  const smallestPx = smallestTilePx(marginPx, sizeMultiple);
  if (tileSizePx < smallestPx) {
    throw new AppError(
      'model/bad-manifest',
      `Tiles of ${tileSizePx} pixels hold no sound pixels; this model needs ${smallestPx} or more.`,
    );
  }
  return manifest;
}

/** The core that a tile keeps at least; see region/tiles.ts. */
const smallestCorePx = 16;

/** The smallest tile that holds a core, the margins around it, and what it loses to the network's grid. */
export function smallestTilePx(marginPx: number, sizeMultiple: number): number {
  return smallestCorePx + 2 * marginPx + sizeMultiple;
}

function readManifest(text: string): Manifest {
  let parsed: ReturnType<typeof manifestSchema.safeParse>;
  try {
    parsed = manifestSchema.safeParse(JSON.parse(text));
  } catch (cause) {
    // Not JSON, or JSON nested deeper than the stack.
    throw new AppError('model/bad-manifest', 'The manifest is not JSON.', { cause });
  }
  if (parsed.success) return parsed.data;
  throw new AppError('model/bad-manifest', `The manifest is not valid: ${z.prettifyError(parsed.error)}`);
}
