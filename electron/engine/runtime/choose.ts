import { platform } from 'node:os';
import { AppError } from '../errors.ts';
import type { Verdict } from './probe.ts';
import { type ProviderName, providersFor } from './providers.ts';

/**
 * The provider to use. `auto` takes the first that works and is faster than the processor: a software graphics
 * driver works too, and is many times slower.
 * @throws AppError `runtime/provider-unavailable` where the one asked for does not work, with the reason
 */
export async function chooseProvider(
  wanted: ProviderName | 'auto',
  verdictOn: (provider: ProviderName) => Promise<Verdict>,
): Promise<ProviderName> {
  if (wanted === 'cpu') return 'cpu';
  if (wanted !== 'auto') {
    const verdict = await verdictOn(wanted);
    if (verdict.ok) return wanted;
    throw new AppError('runtime/provider-unavailable', `${wanted} cannot be used: ${verdict.reason}.`, {
      hint: 'Run "photomend devices" to see what works here.',
      data: { provider: wanted },
    });
  }
  const cpu = await verdictOn('cpu');
  for (const provider of providersFor(platform())) {
    if (provider === 'cpu') break;
    const { ok, milliseconds } = await verdictOn(provider);
    if (ok && milliseconds !== null && milliseconds < (cpu.milliseconds ?? Number.POSITIVE_INFINITY))
      return provider;
  }
  return 'cpu';
}
