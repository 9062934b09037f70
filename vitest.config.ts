import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const testsOfTheWindow = 'test/unit/renderer/**/*.test.ts';
/** A machine that also does other things is ten times slower; what hangs is noticed all the same. */
const settings = { testTimeout: 180_000, hookTimeout: 300_000, env: { ORT_DISABLE_TELEMETRY: '1' } };

export default defineConfig({
  test: {
    // Vitest leaves one core free, which on two cores is half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          ...settings,
          name: 'node',
          include: ['test/unit/**/*.test.ts', 'test/integration/**/*.test.ts'],
          exclude: [testsOfTheWindow],
        },
      },
      {
        test: {
          ...settings,
          name: 'app',
          include: ['test/standin/**/*.test.ts', 'test/e2e/**/*.test.ts'],
          // Each starts the app and a Chromium; several at once would only wait for each other.
          fileParallelism: false,
        },
      },
      {
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          ...settings,
          name: 'window',
          include: [testsOfTheWindow],
          environment: fileURLToPath(new URL('./test/support/window-environment.ts', import.meta.url)),
          server: { deps: { inline: [/svelte/] } },
        },
      },
    ],
  },
});
