import type { ProviderName } from './providers.ts';

/** How an attempt with a provider failed: the runtime's words, or the end of its process. */
export interface Failure {
  readonly error: string;
  readonly ended?: 'crash' | 'timeout';
}

/** Why a provider cannot be used, in words that say what to do about it. */
export function refusal(provider: ProviderName, { error, ended }: Failure): string {
  if (ended === 'crash') return 'it crashed when it was tried';
  if (ended === 'timeout')
    return 'it did not answer when it was tried ("photomend devices --fresh" tries again)';
  if (
    /backend not found|not available|unsupported.*provider|not supported in this build|unknown provider/i.test(
      error,
    )
  ) {
    return `it is not part of ONNX Runtime for ${process.platform}/${process.arch}`;
  }
  switch (provider) {
    case 'cuda':
      return /providers_(cuda|shared)|dlopen|LoadLibrary/i.test(error)
        ? missingCudaPart(error)
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

/** The provider's own library is installed on request; what it needs in turn is NVIDIA's. */
function missingCudaPart(error: string): string {
  const library = /\b(lib(?:cudnn|cublas|cublasLt|cufft|curand|cudart|nvrtc)[\w.]*)/.exec(error)?.[1];
  return library !== undefined
    ? `NVIDIA's ${library} is not installed; CUDA 12 and cuDNN 9 are needed`
    : 'the CUDA library is not installed; with an NVIDIA card, run: node node_modules/onnxruntime-node/script/install --onnxruntime-node-install=cuda12';
}
