import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const entry = (path: string) => fileURLToPath(new URL(`../electron/${path}`, import.meta.url));

/**
 * Builds what runs in Node: the command line, Electron's main process, the engine's process, their child processes and
 * worker threads. The preload has a configuration of its own, since a sandboxed one must be a single CommonJS file.
 */
export default defineConfig({
  // One file each, without a search through node_modules at every start; only native parts stay outside.
  ssr: { noExternal: true },
  build: {
    ssr: true,
    target: 'node20',
    outDir: fileURLToPath(new URL('../out', import.meta.url)),
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    rollupOptions: {
      input: {
        cli: entry('cli.ts'),
        main: entry('main.ts'),
        'engine-host': entry('hosts/engine-host.ts'),
        'batch-host': entry('hosts/batch-host.ts'),
        'trainer-host': entry('hosts/trainer-host.ts'),
        'model-check-child': entry('engine/models/check-child.ts'),
        'probe-child': entry('engine/runtime/probe-child.ts'),
        'dataset-worker': entry('training/dataset/worker.ts'),
        'last-state-worker': entry('training/last-state-worker.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      external: [...builtinModules, /^node:/, 'electron', 'onnxruntime-node', 'sharp'],
    },
  },
});
