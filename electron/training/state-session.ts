import * as ort from 'onnxruntime-node';
import { encodeModel } from '../onnx/encode.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { DeviceTensors } from './device-tensors.ts';
import { nextPrefix } from './graph/step.ts';
import { runsOnWebGpu } from './graph-target.ts';
import { HostTensors } from './host-tensors.ts';
import type { StateTensors, Tensors } from './state-tensors.ts';

type SessionOptions = ort.InferenceSession.SessionOptions;

/**
 * Takes over tensors in the processor's memory, for sessions with such options. WebGPU leaves outputs on its device and
 * takes them from there as inputs; the other providers' bindings copy all of them to the processor.
 */
export function stateTensors(options: SessionOptions, tensors: Tensors): StateTensors {
  return runsOnWebGpu(options) ? new DeviceTensors(options, tensors) : new HostTensors(tensors);
}

/** A session whose outputs `next/...` stay where {@link stateTensors} wants them. */
export function createStateSession(model: OnnxModel, options: SessionOptions): Promise<ort.InferenceSession> {
  if (!runsOnWebGpu(options)) return ort.InferenceSession.create(encodeModel(model), options);
  const preferredOutputLocation = Object.fromEntries(
    model.outputs.map(({ name }) => [name, name.startsWith(nextPrefix) ? 'gpu-buffer' : 'cpu'] as const),
  );
  return ort.InferenceSession.create(encodeModel(model), { ...options, preferredOutputLocation });
}

/** A run's results: what is to carry over, by the names of the inputs that it replaces, and the rest. */
export interface StateResults {
  readonly next: Tensors;
  readonly others: Tensors;
}

/** Runs a session with those of `feeds` that it takes. */
export async function runState(
  session: ort.InferenceSession,
  feeds: Tensors,
  spare: Tensors,
): Promise<StateResults> {
  const inputs = Object.fromEntries(session.inputNames.map((name) => [name, feeds[name]]));
  const outputs = Object.fromEntries(
    session.outputNames.map((name) => [name, spare[nameOfInput(name) ?? ''] ?? null]),
  );
  const next: Tensors = {};
  const others: Tensors = {};
  for (const [name, tensor] of Object.entries(await session.run(inputs, outputs))) {
    const input = nameOfInput(name);
    if (input === undefined) others[name] = tensor;
    else next[input] = tensor;
  }
  return { next, others };
}

function nameOfInput(output: string): string | undefined {
  return output.startsWith(nextPrefix) ? output.slice(nextPrefix.length) : undefined;
}
