import type { Environment } from 'vitest/runtime';

/**
 * Code of the window is compiled for the browser here, as it is in the app, so that Svelte's runes react. There is no
 * page: what is tested this way needs none.
 */
export default {
  name: 'window',
  viteEnvironment: 'client',
  setup: () => ({ teardown: () => {} }),
} satisfies Environment;
