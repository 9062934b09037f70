import type { InferenceSession } from 'onnxruntime-node';
import { channelBlock } from './channel-block.ts';
import type { GraphTarget } from './graph/target.ts';

type Providers = Pick<InferenceSession.SessionOptions, 'executionProviders'>;

/** What graphs for sessions with such options are to be written for. */
export async function graphTarget(session: Providers): Promise<GraphTarget> {
  return { channelBlock: await channelBlock(session), webgpu: runsOnWebGpu(session) };
}

/** Whether WebGPU is asked first. */
export function runsOnWebGpu({ executionProviders = [] }: Providers): boolean {
  const [first] = executionProviders;
  return (typeof first === 'object' ? first.name : first) === 'webgpu';
}
