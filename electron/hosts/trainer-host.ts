/* The trainer's process: scans libraries, trains, judges. Started by main, see `desktop/training/trainer.ts`. */
import { constants, setPriority } from 'node:os';
import { useWasmCodecsUnderElectron } from './wasm-codecs.ts';

// Ahead of all threads, which inherit it: whatever else the person does comes first. Not the lowest, with which a busy
// computer would never get round to it; for the editor it waits altogether.
try {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
} catch {
  // Some systems do not allow it.
}
useWasmCodecsUnderElectron();
// Electron only warns about a rejection that nobody handles; whoever started this process must learn of it.
process.on('unhandledRejection', (reason) => {
  console.error(reason);
  process.exit(1);
});
const { startTrainer } = await import('./trainer/start.ts');
startTrainer();
