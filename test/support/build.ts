import { fileURLToPath } from 'node:url';
import { build } from 'vite';

let built: Promise<void> | undefined;
const outDir = fileURLToPath(new URL('../../node_modules/.cache/photomend-test', import.meta.url));

/**
 * Builds the command line and its child processes once per test process, beside node_modules so that bare imports
 * resolve; the user's `out/` is left alone.
 */
export async function buildNodeParts(): Promise<{ outDir: string }> {
  built ??= build({
    configFile: fileURLToPath(new URL('../../build/vite.node.config.ts', import.meta.url)),
    logLevel: 'warn',
    build: { outDir },
  }).then(() => undefined);
  await built;
  return { outDir };
}
