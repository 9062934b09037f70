import type { InferenceSession } from 'onnxruntime-node';
import { type ProviderName, sessionOptions } from '../engine/runtime/providers.ts';

/**
 * Session options for training steps: those of restorations, but with the memory arena, without which a step on the
 * processor takes about half as long again (every intermediate result is asked of the system anew). Its blocks stay
 * below the 2 GiB at which Electron ends a process; on macOS the limit is half of that, and the arena stays off.
 */
export function trainingSession(
  provider: ProviderName,
  threads: number | undefined,
): InferenceSession.SessionOptions {
  const isLimited = process.platform === 'darwin' && process.versions.electron !== undefined;
  return { ...sessionOptions(provider, threads), enableCpuMemArena: !isLimited };
}
