import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProbeAnswer, ProbeJob } from './probe-job.ts';
import type { ProviderName } from './providers.ts';

/** What is known of a provider on this machine. */
export interface Verdict {
  readonly provider: ProviderName;
  readonly ok: boolean;
  /** Why not, for a newcomer; empty where it works. */
  readonly reason: string;
  /** The runtime's own words. */
  readonly detail: string;
  /** Largest difference from the CPU's result on the probe. */
  readonly maxAbsError: number | null;
  /** Time of one run of the probe. */
  readonly milliseconds: number | null;
}

/** Where the built child lies; tests set another place. */
export const probeEntry = { path: fileURLToPath(new URL('./probe-child.js', import.meta.url)) };

/** Loading a GPU provider for the first time compiles shaders; more than this is a hang. */
const probeTimeoutMs = 120_000;
/** Half precision inside a provider may differ by about this on the probe's outputs (0..1); wrong kernels by far more. */
const maxAbsError = 5e-3;

type Attempt =
  | ProbeAnswer
  | { readonly ok: false; readonly error: string; readonly ended: 'crash' | 'timeout' };

/** Runs the probe on one provider in a child process. */
export function attempt(job: ProbeJob, timeoutMs = probeTimeoutMs): Promise<Attempt> {
  return new Promise((resolve) => {
    const child = fork(probeEntry.path, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    const timer = setTimeout(() => finish({ ok: false, error: '', ended: 'timeout' }), timeoutMs);
    const finish = (result: Attempt) => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(result);
    };
    child.on('message', (message: ProbeAnswer | 'ready') => {
      if (message === 'ready') child.send(job);
      else finish(message);
    });
    child.on('error', (error) => finish({ ok: false, error: error.message, ended: 'crash' }));
    child.on('exit', (code, signal) => {
      finish({ ok: false, error: `exit code ${code}, signal ${signal}`, ended: 'crash' });
    });
  });
}

/** Tries a provider and compares it with the CPU's answer to the same probe. */
export async function probe(provider: ProviderName, modelPath: string, timeoutMs?: number): Promise<Verdict> {
  const result = await attempt({ provider, modelPath }, timeoutMs);
  if (!result.ok) {
    const reason = refusal(provider, result);
    return { provider, ok: false, reason, detail: result.error, maxAbsError: null, milliseconds: null };
  }
  const { output, milliseconds } = result;
  if (provider === 'cpu') return { provider, ok: true, reason: '', detail: '', maxAbsError: 0, milliseconds };
  const reference = await attempt({ provider: 'cpu', modelPath }, timeoutMs);
  const error = reference.ok
    ? output.reduce((most, value, i) => Math.max(most, Math.abs(value - reference.output[i])), 0)
    : Number.NaN;
  const right = error <= maxAbsError;
  return {
    provider,
    ok: right,
    reason: right ? '' : 'it computes wrong results here',
    detail: '',
    maxAbsError: error,
    milliseconds,
  };
}

/** Why a provider cannot be used, in words that say what to do about it. */
export function refusal(
  provider: ProviderName,
  { error, ended }: { readonly error: string; readonly ended?: 'crash' | 'timeout' },
): string {
  if (ended === 'crash') return 'it crashed when it was tried';
  if (ended === 'timeout') return 'it did not answer when it was tried';
  if (
    /backend not found|not available|unsupported.*provider|not supported in this build|Unknown/i.test(error)
  ) {
    return `it is not part of ONNX Runtime for ${process.platform}/${process.arch}`;
  }
  switch (provider) {
    case 'cuda':
      return /libonnxruntime_providers_cuda|onnxruntime_providers_cuda|dlopen|LoadLibrary|shared/i.test(error)
        ? 'the CUDA library is not installed; with an NVIDIA card, run: node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12'
        : 'no NVIDIA card with CUDA 12 and cuDNN 9 was found';
    case 'webgpu':
      return /adapter|vulkan|instance/i.test(error)
        ? 'no graphics adapter was found'
        : 'the graphics driver refused it';
    case 'dml':
      return 'no DirectX 12 graphics adapter was found';
    case 'coreml':
      return 'Core ML refused it';
    case 'cpu':
      return 'ONNX Runtime does not run on this processor';
  }
}
