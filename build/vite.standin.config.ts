import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const entry = (name: string) => fileURLToPath(new URL(`../test/standin/${name}.ts`, import.meta.url));

/** Builds the stand-in for Electron's binary: see test/standin/README.md. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20',
    outDir: fileURLToPath(new URL('../out/standin', import.meta.url)),
    emptyOutDir: true,
    minify: false,
    rollupOptions: {
      input: {
        register: entry('register'),
        hooks: entry('hooks'),
        electron: entry('electron'),
        utility: entry('utility'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      external: [...builtinModules, /^node:/, 'playwright-core'],
    },
  },
});
