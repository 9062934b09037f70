import { join } from 'node:path';
import { build } from 'vite';

let built: Promise<void> | undefined;
// Tests and benches run in the repository's folder; where their bundled code lies says nothing of it.
const root = process.cwd();
const outDir = join(root, 'node_modules/.cache/photomend-test');

/**
 * Builds the command line and its child processes once per test process, beside node_modules so that bare imports
 * resolve; the user's `out/` is left alone.
 */
export async function buildNodeParts(): Promise<{ outDir: string }> {
  built ??= build({
    configFile: join(root, 'build/vite.node.config.ts'),
    logLevel: 'warn',
    build: { outDir },
  }).then(() => undefined);
  await built;
  return { outDir };
}
