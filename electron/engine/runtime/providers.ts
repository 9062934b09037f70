import type { InferenceSession } from 'onnxruntime-node';

/** Execution providers of ONNX Runtime that Photomend knows, by the runtime's own names. */
export const providerNames = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const;
export type ProviderName = (typeof providerNames)[number];

/** The providers that can exist on a platform, the preferred first. */
export function providersFor(platform: NodeJS.Platform): readonly ProviderName[] {
  switch (platform) {
    case 'win32':
      return ['cuda', 'dml', 'webgpu', 'cpu'];
    case 'darwin':
      return ['coreml', 'webgpu', 'cpu'];
    default:
      return ['cuda', 'webgpu', 'cpu'];
  }
}

/**
 * Session options that hold a session to one provider (with the CPU for operators it lacks). The memory arena is off:
 * it doubles its blocks, and inside Electron one block of 2 GiB (1 GiB on macOS) ends the process.
 */
export function sessionOptions(provider: ProviderName, threads?: number): InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    graphOptimizationLevel: 'all',
    enableCpuMemArena: false,
    enableMemPattern: false,
    // Threads that wait for work give their core to the window and to what comes after the run; runs take no longer.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    // Warnings would go to the terminal, past the error codes; errors are thrown as well.
    logSeverityLevel: 4,
    ...(threads !== undefined && { intraOpNumThreads: threads }),
  };
}
