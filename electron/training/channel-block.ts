import * as ort from 'onnxruntime-node';
import { encodeModel } from '../onnx/encode.ts';
import { blockedDomain } from './graph/blocked.ts';
import { GraphBuilder } from './graph/builder.ts';

const channels = 64;
let measured: Promise<number | undefined> | undefined;

/**
 * How many channels ONNX Runtime puts side by side where it computes convolutions fastest on this processor (8 with
 * AVX2, 16 with AVX-512), for graphs that lay out so themselves. It says so nowhere; a picture that it reorders shows it.
 * @returns undefined where it has no such layout, and for sessions on other devices
 */
export async function channelBlock(
  session: Pick<ort.InferenceSession.SessionOptions, 'executionProviders'>,
): Promise<number | undefined> {
  const providers = session.executionProviders ?? [];
  if (providers.length !== 1 || providers[0] !== 'cpu') return undefined;
  measured ??= measure().catch(() => undefined);
  return measured;
}

async function measure(): Promise<number | undefined> {
  const b = new GraphBuilder();
  const shape = [1, channels, 1, 2];
  b.output('blocks', b.op('ReorderInput', [b.input('picture', shape)], shape, {}, blockedDomain));
  const session = await ort.InferenceSession.create(encodeModel(b.model('channel-block')), {
    executionProviders: ['cpu'],
    logSeverityLevel: 4,
  });
  // Two pixels of every channel, numbered: the second pixel of the first channel follows on a block of first ones.
  const picture = new ort.Tensor(
    'float32',
    Float32Array.from({ length: 2 * channels }, (_, i) => i),
    shape,
  );
  const { blocks } = await session.run({ picture });
  await session.release();
  const block = (blocks.data as Float32Array).indexOf(1);
  return block > 1 && channels % block === 0 ? block : undefined;
}
