import { access } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../errors.ts';
import { loadRuntime } from './ort.ts';
import { type ProviderName, sessionOptions } from './providers.ts';

/** A float32 tensor as plain data, row-major. */
export interface PlainTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** No tensor of a run may be larger: one allocation of 1 GiB is the end of a process inside Electron on macOS. */
const maxTensorBytes = 512 * 2 ** 20;

/** A loaded model on one execution provider. */
export class ModelSession {
  readonly provider: ProviderName;
  readonly #session: InferenceSession;
  readonly #makeTensor: (tensor: PlainTensor) => Tensor;

  private constructor(
    provider: ProviderName,
    session: InferenceSession,
    makeTensor: (tensor: PlainTensor) => Tensor,
  ) {
    this.provider = provider;
    this.#session = session;
    this.#makeTensor = makeTensor;
  }

  /**
   * Loads a model by its path, so that no copy of it stays in JavaScript.
   * @throws AppError `model/missing`, `model/not-a-model`, `runtime/provider-failed`, `runtime/out-of-memory`
   */
  static async open(modelPath: string, provider: ProviderName, threads?: number): Promise<ModelSession> {
    try {
      await access(modelPath);
    } catch (cause) {
      throw new AppError('model/missing', `The model file ${modelPath} is not there.`, { cause });
    }
    const { InferenceSession, Tensor } = await loadRuntime();
    try {
      const session = await InferenceSession.create(modelPath, sessionOptions(provider, threads));
      return new ModelSession(provider, session, ({ data, dims }) => new Tensor('float32', data, dims));
    } catch (cause) {
      throw explain(cause, provider, 'model/not-a-model');
    }
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /**
   * Runs the model once; runs of a process wait for each other, because two at a time crash the WebGPU provider.
   * @throws AppError `runtime/tensor-too-large`, `runtime/out-of-memory`, `runtime/provider-failed`
   */
  async run(feeds: Readonly<Record<string, PlainTensor>>): Promise<Record<string, PlainTensor>> {
    for (const [name, { data }] of Object.entries(feeds)) {
      if (data.byteLength > maxTensorBytes) {
        throw new AppError('runtime/tensor-too-large', `The tensor ${name} is too large for one run.`);
      }
    }
    return inTurn(async () => {
      try {
        const tensors = Object.entries(feeds).map(([name, tensor]) => [name, this.#makeTensor(tensor)]);
        const results = await this.#session.run(Object.fromEntries(tensors));
        return Object.fromEntries(
          Object.entries(results).map(([name, { dims, data }]) => [
            name,
            { dims, data: data as Float32Array },
          ]),
        );
      } catch (cause) {
        throw explain(cause, this.provider, 'runtime/provider-failed');
      }
    });
  }

  async release(): Promise<void> {
    await inTurn(() => this.#session.release());
  }
}

let lastRun: Promise<unknown> = Promise.resolve();

/** Runs work after all work before it, whether that went well or not. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = lastRun.then(work, work);
  lastRun = turn.catch(() => undefined);
  return turn;
}

/** The runtime's own words as a coded error. */
function explain(cause: unknown, provider: ProviderName, otherwise: string): AppError {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (/bad_?alloc|out of memory|failed to allocate|OOM|E_OUTOFMEMORY/i.test(text)) {
    return new AppError('runtime/out-of-memory', `There is not enough memory for this on ${provider}.`, {
      cause,
    });
  }
  if (otherwise === 'model/not-a-model' && provider === 'cpu') {
    return new AppError(otherwise, 'This file is not a model that ONNX Runtime can load.', { cause });
  }
  return new AppError('runtime/provider-failed', `${provider} could not do this: ${text}`, {
    hint: 'Choose another device in the settings, or the processor (cpu).',
    cause,
  });
}

/** Whether the same work in smaller tiles may succeed where it failed. */
export function isWorthRetryingSmaller(error: unknown): boolean {
  const codes = ['runtime/out-of-memory', 'runtime/tensor-too-large', 'runtime/provider-failed'];
  return error instanceof AppError && codes.includes(error.code);
}

const openSessions = new Map<string, Promise<ModelSession>>();

/** The session of a model on a provider, opened once per process: sessions that come and go leak memory. */
export function openSession(
  modelPath: string,
  provider: ProviderName,
  threads?: number,
): Promise<ModelSession> {
  const key = `${provider} ${modelPath}`;
  const known = openSessions.get(key);
  if (known !== undefined) return known;
  const opening = ModelSession.open(modelPath, provider, threads);
  openSessions.set(key, opening);
  opening.catch(() => openSessions.delete(key));
  return opening;
}

/** Releases all sessions; to be called before a process ends. */
export async function closeSessions(): Promise<void> {
  const opened = [...openSessions.values()];
  openSessions.clear();
  for (const opening of opened) {
    const session = await opening.catch(() => undefined);
    await session?.release();
  }
}
