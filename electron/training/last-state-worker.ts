import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { saveCheckpoint } from './checkpoint.ts';
import { alone, type KeptState, type LastStateJob } from './last-state.ts';

/** Entry of the thread that saves the last finished step when the app ends during the next. */
const { folder, quitFile, shared } = workerData as LastStateJob;
const lookEveryMs = 150;
let latest: KeptState | undefined;

parentPort?.on('message', (kept: KeptState) => {
  latest = kept;
});

async function look(): Promise<void> {
  if (latest !== undefined && existsSync(join(folder, quitFile))) {
    const { record, state } = latest;
    await alone(shared, async () => {
      if (state.step <= Atomics.load(shared, 1)) return;
      // Where it cannot be written, the checkpoint before it counts.
      await saveCheckpoint(folder, record, state).catch(() => undefined);
      Atomics.store(shared, 1, state.step);
    });
  }
  setTimeout(() => void look(), lookEveryMs);
}
void look();
