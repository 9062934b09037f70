import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Lets this thread wait for every other one of the training: samples lie ready some steps ahead, but a step whose
 * threads are interrupted lasts longer at once. Linux alone has priorities of threads that Node can set.
 */
export function standBehind(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);
  } catch {
    // Without /proc the thread runs as the others do, which only costs time.
  }
}
