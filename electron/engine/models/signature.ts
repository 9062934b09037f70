import { z } from 'zod';

/** How samples are scaled: 0..1 is what photos are here, `imagenet` that minus ImageNet's mean over its deviation. */
export const sampleRanges = ['0..1', '-1..1', '0..255', 'imagenet'] as const;
export type SampleRange = (typeof sampleRanges)[number];

export const channelOrders = ['rgb', 'bgr'] as const;
export const tensorLayouts = ['nchw', 'nhwc'] as const;

const tensorName = z.string().min(1).max(200);
const sidePx = z.int().min(64).max(4096);

/**
 * How a model of others wants its tensors: their names, and what lies in them. Their element types are left to the
 * runtime, which tells them when the file is loaded.
 */
export const signatureSchema = z.strictObject({
  image: z.strictObject({
    name: tensorName,
    layout: z.enum(tensorLayouts),
    order: z.enum(channelOrders),
    range: z.enum(sampleRanges),
  }),
  mask: z
    .strictObject({
      name: tensorName,
      layout: z.enum(tensorLayouts),
      /** What a pixel to be filled is. */
      hole: z.enum(['one', 'zero']),
      /** What "one" is. */
      one: z.union([z.literal(1), z.literal(255)]),
    })
    .optional(),
  /** Further inputs of one number, such as CodeFormer's fidelity. */
  scalars: z
    .array(z.strictObject({ name: tensorName, dims: z.array(z.literal(1)).max(4), value: z.number() }))
    .max(4),
  output: z.strictObject({
    name: tensorName,
    layout: z.enum(tensorLayouts),
    order: z.enum(channelOrders),
    range: z.enum(sampleRanges),
    /** How many times larger than the input it is. */
    scale: z.int().min(1).max(8),
  }),
  /** The only size it takes. */
  size: z.strictObject({ width: sidePx, height: sidePx }).optional(),
  /** It fails on smaller pictures. */
  minSidePx: sidePx.optional(),
});
export type Signature = z.infer<typeof signatureSchema>;
