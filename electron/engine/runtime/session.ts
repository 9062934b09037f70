import { access, stat } from 'node:fs/promises';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '../errors.ts';
import { loadRuntime } from './ort.ts';
import { type ProviderName, sessionOptions } from './providers.ts';
import { asFloat32, typedData } from './tensor-types.ts';

/** A tensor as plain data, row-major. Models of other types get their own: see `tensor-types.ts`. */
export interface PlainTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** No tensor of a run may be larger: one allocation of 1 GiB is the end of a process inside Electron on macOS. */
export const maxTensorBytes = 512 * 2 ** 20;

/** A loaded model on one execution provider. */
export class ModelSession {
  readonly provider: ProviderName;
  readonly #session: InferenceSession;
  readonly #makeTensor: (name: string, tensor: PlainTensor) => Tensor;

  private constructor(
    provider: ProviderName,
    session: InferenceSession,
    makeTensor: (name: string, tensor: PlainTensor) => Tensor,
  ) {
    this.provider = provider;
    this.#session = session;
    this.#makeTensor = makeTensor;
  }

  /**
   * Loads a model by its path, so that no copy of it stays in JavaScript.
   * @param threads how many the processor may use for one operator; without it, one for each core
   * @throws AppError `model/missing`, `model/not-a-model`, `runtime/provider-failed`, `runtime/out-of-memory`
   */
  static async open(modelPath: string, provider: ProviderName, threads?: number): Promise<ModelSession> {
    try {
      await access(modelPath);
    } catch (cause) {
      throw new AppError('model/missing', `The model file ${modelPath} is not there.`, { cause });
    }
    const { InferenceSession, Tensor } = await loadRuntime();
    return inTurn(async () => {
      try {
        const session = await InferenceSession.create(modelPath, sessionOptions(provider, threads));
        const types = new Map(
          session.inputMetadata.map((input) => [input.name, input.isTensor ? input.type : 'float32']),
        );
        return new ModelSession(provider, session, (name, { data, dims }) => {
          const type = types.get(name) ?? 'float32';
          return new Tensor(type, typedData(type, data), dims);
        });
      } catch (cause) {
        throw explain(cause, provider, 'model/not-a-model');
      }
    });
  }

  get inputNames(): readonly string[] {
    return this.#session.inputNames;
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames;
  }

  /**
   * Runs the model once; runs of a process wait for each other, because two at a time crash the WebGPU provider.
   * The inputs must not be changed while it runs.
   * @param wanted the outputs to compute; without it, all
   * @throws AppError `runtime/bad-tensor`, `runtime/tensor-too-large`, `runtime/out-of-memory`,
   *   `runtime/provider-failed`, `model/wrong-output` where an output holds no numbers
   */
  async run(
    feeds: Readonly<Record<string, PlainTensor>>,
    wanted: readonly string[] = this.outputNames,
  ): Promise<Record<string, PlainTensor>> {
    for (const [name, tensor] of Object.entries(feeds)) requireSound(name, tensor);
    return inTurn(async () => {
      const results = await this.#runNow(feeds, wanted);
      return Object.fromEntries(
        Object.entries(results).map(([name, { dims, data, type }]) => {
          const numbers = asFloat32(type, data);
          if (numbers !== undefined) return [name, { dims, data: numbers }];
          throw new AppError('model/wrong-output', `The output ${name} of the model holds no numbers.`);
        }),
      );
    });
  }

  async #runNow(
    feeds: Readonly<Record<string, PlainTensor>>,
    wanted: readonly string[],
  ): Promise<InferenceSession.OnnxValueMapType> {
    try {
      const tensors = Object.entries(feeds).map(([name, tensor]) => [name, this.#makeTensor(name, tensor)]);
      return await this.#session.run(Object.fromEntries(tensors), wanted);
    } catch (cause) {
      throw explain(cause, this.provider, 'runtime/provider-failed');
    }
  }

  async release(): Promise<void> {
    await inTurn(() => this.#session.release());
  }
}

function requireSound(name: string, { dims, data }: PlainTensor): void {
  if (data.byteLength > maxTensorBytes) {
    throw new AppError('runtime/tensor-too-large', `The tensor ${name} is too large for one run.`);
  }
  if (dims.reduce((product, dim) => product * dim, 1) !== data.length) {
    throw new AppError(
      'runtime/bad-tensor',
      `The tensor ${name} does not hold [${dims.join(', ')}] numbers.`,
    );
  }
}

let lastTurn: Promise<unknown> = Promise.resolve();

/** Runs work after all work before it, whether that went well or not. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = lastTurn.then(work, work);
  lastTurn = turn.catch(() => undefined);
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

/** A session and what tells its file from another that takes its place. */
interface Opened {
  readonly stamp: string;
  readonly opening: Promise<ModelSession>;
}

const opened = new Map<string, Opened>();

/**
 * The session of a model on a provider, opened once per process: sessions that come and go leak memory. A file that
 * was replaced since is opened anew; whoever still uses the old session may go on.
 * @throws AppError as {@link ModelSession.open}
 */
export async function openSession(
  modelPath: string,
  provider: ProviderName,
  threads?: number,
): Promise<ModelSession> {
  const key = JSON.stringify([provider, threads ?? 0, modelPath]);
  const info = await stat(modelPath).catch(() => undefined);
  const stamp = `${info?.size} ${info?.mtimeMs} ${info?.ino}`;
  const known = opened.get(key);
  if (known?.stamp === stamp) return known.opening;
  const opening = ModelSession.open(modelPath, provider, threads);
  opened.set(key, { stamp, opening });
  opening.catch(() => {
    if (opened.get(key)?.opening === opening) opened.delete(key);
  });
  return opening;
}

/** Releases all sessions; to be called before a process ends. */
export async function closeSessions(): Promise<void> {
  const all = [...opened.values()];
  opened.clear();
  for (const { opening } of all) {
    const session = await opening.catch(() => undefined);
    await session?.release();
  }
}
