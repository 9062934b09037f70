// Runs a TypeScript file of this repository with plain Node: node build/run.mjs test/bench/main.ts [arguments]
import { spawnSync } from 'node:child_process';
import { builtinModules } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const [script, ...args] = process.argv.slice(2);
if (script === undefined) throw new Error('usage: node build/run.mjs FILE.ts [arguments]');
const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = fileURLToPath(new URL('../node_modules/.cache/photomend-run', import.meta.url));
await build({
  configFile: false,
  root,
  logLevel: 'warn',
  build: {
    ssr: script,
    outDir,
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    rollupOptions: {
      external: [...builtinModules, /^node:/, 'onnxruntime-node', 'sharp', 'vite'],
      output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
    },
  },
});
const entry = `${outDir}/${basename(script).replace(/\.ts$/, '.js')}`;
const nodeArgs = ['--enable-source-maps', '--expose-gc', entry, ...args];
const { status } = spawnSync(process.execPath, nodeArgs, { stdio: 'inherit', cwd: root });
process.exitCode = status ?? 1;
