/* The engine's process: decodes, analyses, restores and saves. Started by main, see `desktop/engine.ts`. */
import { useWasmCodecsUnderElectron } from './wasm-codecs.ts';

useWasmCodecsUnderElectron();
// Electron only warns about a rejection that nobody handles; whoever started this process must learn of it.
process.on('unhandledRejection', (reason) => {
  console.error(reason);
  process.exit(1);
});
const { startEngine } = await import('./engine/start.ts');
startEngine();
