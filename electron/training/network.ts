/**
 * The network family as data: a specification from which parameter lists, training graphs and inference
 * models are made by walking {@link forward} with different {@link NetworkOps}.
 *
 * `article` is the U-Net of the article on undoing mosaics (after Ronneberger et al., 2015): ConvBlock = (3x3
 * convolution, batch norm, ReLU) twice; ConvDown = 3x3 convolution of stride 2; ConvUp = 2x2 transposed
 * convolution of stride 2 to half the channels; skips joined as concat(encoder, up); tanh.
 * `autoencoder` is the same without skips, the article's weaker predecessor.
 * `photomend` is ours: residual units without batch norm (after EDSR, Lim et al., 2017) at the scales of a U-Net,
 * working on pixels folded into channels (space-to-depth), with a linear head.
 */
export interface NetworkSpec {
  readonly family: 'article' | 'autoencoder' | 'photomend';
  readonly inputChannels: number;
  readonly outputChannels: number;
  /** Channels of the finest stage; they double at every stage down. */
  readonly baseChannels: number;
  /** How many times the resolution is halved between the first and the coarsest stage. */
  readonly stages: number;
  /** Residual units per stage (`photomend` only). */
  readonly units: number;
  /** Batch norm after every convolution of a unit (`photomend` only; the others always have it). */
  readonly batchNorm: boolean;
  /** Fold 2x2 pixels into channels ahead of the first stage and unfold after the last (`photomend` only). */
  readonly spaceToDepth: boolean;
}

/** How a convolution's weight starts: PyTorch's default, or that times a factor (0 starts silent). */
export interface ConvOptions {
  readonly kernel: 1 | 2 | 3;
  readonly stride: 1 | 2;
  readonly initialScale?: number;
  /** A batch norm follows, which cancels the bias: its gradient is zero, and no time is spent on rounding noise. */
  readonly normalised?: boolean;
}

/** The operators a network is made of, for one kind of walk. `T` stands for a tensor [N, C, H, W]. */
export interface NetworkOps<T> {
  /** Convolution with bias; kernel 3 pads by 1, kernels 1 and 2 do not pad. */
  conv(name: string, x: T, inChannels: number, outChannels: number, options: ConvOptions): T;
  /** 2x2 transposed convolution of stride 2 with bias. */
  upConv(name: string, x: T, inChannels: number, outChannels: number, normalised: boolean): T;
  /** Batch norm (epsilon 1e-5, momentum 0.1). */
  batchNorm(name: string, x: T, channels: number): T;
  relu(x: T): T;
  tanh(x: T): T;
  add(a: T, b: T): T;
  /** Joins along channels. */
  concat(a: T, b: T): T;
  spaceToDepth(x: T): T;
  depthToSpace(x: T): T;
}

/** Height and width of an input must be multiples of this. */
export function sizeMultiple(spec: NetworkSpec): number {
  return 2 ** spec.stages * (spec.spaceToDepth ? 2 : 1);
}

/** Walks the network from input [N, inputChannels, H, W] to output [N, outputChannels, H, W]. */
export function forward<T>(spec: NetworkSpec, ops: NetworkOps<T>, input: T): T {
  return spec.family === 'photomend' ? forwardPhotomend(spec, ops, input) : forwardArticle(spec, ops, input);
}

function forwardArticle<T>(spec: NetworkSpec, ops: NetworkOps<T>, input: T): T {
  const channels = (stage: number) => spec.baseChannels * 2 ** stage;
  const normRelu = (name: string, x: T, c: number) => ops.relu(ops.batchNorm(name, x, c));
  const block = (name: string, x: T, cIn: number, c: number) => {
    const first = ops.conv(`${name}.model.0`, x, cIn, c, { kernel: 3, stride: 1, normalised: true });
    const middle = normRelu(`${name}.model.1`, first, c);
    const second = ops.conv(`${name}.model.3`, middle, c, c, { kernel: 3, stride: 1, normalised: true });
    return normRelu(`${name}.model.4`, second, c);
  };
  const skips: T[] = [];
  let x = block('encoder.blk0', input, spec.inputChannels, channels(0));
  for (let stage = 0; stage < spec.stages; stage++) {
    skips.push(x);
    const c = channels(stage);
    const down = ops.conv(`encoder.down${stage}.model.0`, x, c, c, {
      kernel: 3,
      stride: 2,
      normalised: true,
    });
    x = normRelu(`encoder.down${stage}.model.1`, down, c);
    x = block(`encoder.blk${stage + 1}`, x, c, channels(stage + 1));
  }
  for (let stage = spec.stages - 1; stage >= 0; stage--) {
    const c = channels(stage);
    const up = ops.upConv(`decoder.up${stage}.model.0`, x, 2 * c, c, true);
    x = normRelu(`decoder.up${stage}.model.1`, up, c);
    const joined = spec.family === 'article' ? ops.concat(skips[stage], x) : x;
    x = block(`decoder.blk${stage}`, joined, spec.family === 'article' ? 2 * c : c, c);
  }
  const last = ops.conv('decoder.last_conv', x, channels(0), spec.outputChannels, { kernel: 3, stride: 1 });
  return ops.tanh(last);
}

function forwardPhotomend<T>(spec: NetworkSpec, ops: NetworkOps<T>, input: T): T {
  const channels = (stage: number) => spec.baseChannels * 2 ** stage;
  const fold = spec.spaceToDepth ? 4 : 1;
  const normalised = spec.batchNorm;
  const norm = (name: string, x: T, c: number) => (normalised ? ops.batchNorm(name, x, c) : x);
  // Without batch norm, units that start near the identity keep the signal's size through any depth.
  const scale = spec.batchNorm ? 1 : 0.1;
  const unit = (name: string, x: T, c: number) => {
    const options: ConvOptions = { kernel: 3, stride: 1, initialScale: scale, normalised };
    const inner = ops.conv(`${name}.conv`, ops.relu(x), c, c, options);
    return ops.add(x, norm(`${name}.norm`, inner, c));
  };
  const unitsOf = (name: string, x: T, c: number) => {
    let y = x;
    for (let i = 0; i < spec.units; i++) y = unit(`${name}.unit${i}`, y, c);
    return y;
  };
  const folded = spec.spaceToDepth ? ops.spaceToDepth(input) : input;
  let x = ops.conv('head', folded, spec.inputChannels * fold, channels(0), {
    kernel: 3,
    stride: 1,
    normalised,
  });
  x = unitsOf('encoder.stage0', norm('head_norm', x, channels(0)), channels(0));
  const skips: T[] = [];
  for (let stage = 0; stage < spec.stages; stage++) {
    skips.push(x);
    const c = channels(stage);
    const down = ops.conv(`encoder.down${stage}`, x, c, 2 * c, { kernel: 2, stride: 2, normalised });
    x = unitsOf(`encoder.stage${stage + 1}`, norm(`encoder.down${stage}_norm`, down, 2 * c), 2 * c);
  }
  for (let stage = spec.stages - 1; stage >= 0; stage--) {
    const c = channels(stage);
    const up = ops.upConv(`decoder.up${stage}`, x, 2 * c, c, false);
    const joined = ops.concat(skips[stage], up);
    const fused = ops.conv(`decoder.fuse${stage}`, joined, 2 * c, c, { kernel: 3, stride: 1, normalised });
    x = unitsOf(`decoder.stage${stage}`, norm(`decoder.fuse${stage}_norm`, fused, c), c);
  }
  // The last convolution starts at zero, so that training starts from the classical estimate itself.
  const options: ConvOptions = { kernel: 3, stride: 1, initialScale: spec.batchNorm ? 1 : 0 };
  const last = ops.conv('tail', ops.relu(x), channels(0), spec.outputChannels * fold, options);
  return spec.spaceToDepth ? ops.depthToSpace(last) : last;
}
