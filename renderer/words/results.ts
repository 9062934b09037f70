import type { StatusMessage } from '../app/status.svelte.ts';
import type { WorkResult } from '../editor/last-result.ts';

/** What came of the last work on a photo. */
export function resultMessage(result: WorkResult): StatusMessage {
  if ('found' in result) {
    return result.found === 0
      ? { key: 'whole:result.clean' }
      : { key: 'whole:result.found', values: { count: result.found } };
  }
  if ('whole' in result) return { key: `whole:result.${result.whole}` };
  const { restored, sound } = result;
  if (restored === 0) return { key: 'result.sound', values: { count: sound } };
  if (sound === 0) return { key: 'result.repaired', values: { count: restored } };
  return { key: 'result.mixed', values: { count: restored, sound } };
}
