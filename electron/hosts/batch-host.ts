/* The process of a batch. Started by main and by the command line, see `batch/supervised-run.ts`. */
import { keepYoungSpaceSmall } from './batch/lean-memory.ts';
import { useWasmCodecsUnderElectron } from './wasm-codecs.ts';

keepYoungSpaceSmall();
useWasmCodecsUnderElectron();
// Electron only warns about a rejection that nobody handles; whoever started this process must learn of it.
process.on('unhandledRejection', (reason) => {
  console.error(reason);
  process.exit(1);
});
const { startBatchHost } = await import('./batch/start.ts');
startBatchHost();
