import type { Device } from '../../electron/ipc/contract.ts';
import type { Language, TextKey } from '../i18n/language.svelte.ts';

const providers = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const satisfies readonly Device['provider'][];

/** What computes, for people. */
export function providerName(t: Language['t'], provider: string): string {
  const known = providers.find((name) => name === provider);
  return known === undefined ? provider : t(`provider.${known}`);
}

/** The engine gives its reasons in English; these are told again in the person's language. */
const reasons: readonly (readonly [RegExp, TextKey])[] = [
  [/crashed when it was tried/, 'reason.crashed'],
  [/did not answer when it was tried/, 'reason.silent'],
  [/not part of ONNX Runtime/, 'reason.not-included'],
  [/the CUDA library is not installed/, 'reason.cuda-library'],
  [/NVIDIA's (?<part>\S+) is not installed/, 'reason.cuda-part'],
  [/no NVIDIA card/, 'reason.no-nvidia'],
  [/no graphics adapter/, 'reason.no-adapter'],
  [/graphics driver refused/, 'reason.driver'],
  [/no DirectX 12/, 'reason.no-directx'],
  [/Core ML refused/, 'reason.core-ml'],
  [/does not run on this processor/, 'reason.processor'],
  [/computes wrong results/, 'reason.wrong'],
  [/no result of the processor/, 'reason.no-reference'],
];

/** Why a device cannot be used; reasons that are not known stay as they are. */
export function reasonWords(t: Language['t'], reason: string): string {
  for (const [pattern, key] of reasons) {
    const match = pattern.exec(reason);
    if (match !== null) return t(key, { ...match.groups });
  }
  return reason;
}
