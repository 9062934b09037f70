import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const folder = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * Builds the page of the window. Its security policy allows files of its own and nothing else: no inlined pictures, no
 * inlined scripts.
 */
export default defineConfig({
  root: folder('renderer'),
  base: './',
  plugins: [svelte({ configFile: folder('svelte.config.js') })],
  build: {
    target: 'chrome140',
    outDir: folder('out/renderer'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: true,
    reportCompressedSize: false,
  },
});
