import type { StatusMessage } from '../app/status.svelte.ts';

export interface RepairResult {
  readonly restored: number;
  readonly sound: number;
}

/** What came of a repair. */
export function resultMessage({ restored, sound }: RepairResult): StatusMessage {
  if (restored === 0) return { key: 'result.sound', values: { count: sound } };
  if (sound === 0) return { key: 'result.repaired', values: { count: restored } };
  return { key: 'result.mixed', values: { count: restored, sound } };
}
