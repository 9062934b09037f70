import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Builds the preload: one CommonJS file that requires nothing but `electron`, as the sandbox demands. */
export default defineConfig({
  build: {
    target: 'chrome140',
    outDir: fileURLToPath(new URL('../out', import.meta.url)),
    emptyOutDir: false,
    minify: false,
    lib: {
      entry: fileURLToPath(new URL('../electron/preload.ts', import.meta.url)),
      formats: ['cjs'],
      fileName: () => 'preload.cjs',
    },
    rollupOptions: { external: ['electron'] },
  },
});
