import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

/*
 * Under Electron on Linux sharp runs as WebAssembly, which has 2 GiB of memory for ever and keeps a twin of every array
 * that it was given for as long as the array lives. Without care the tests of saving end with "Out of memory".
 */
test.each(['save', 'open'])(
  'the tests of %s pass with the codecs in WebAssembly',
  async (name) => {
    const vitest = spawn(
      process.execPath,
      ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', `test/unit/photo/${name}.test.ts`],
      {
        env: {
          ...process.env,
          NODE_OPTIONS: `--require "${resolve('test/support/wasm-codecs.cjs')}"`,
          NO_COLOR: '1',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    for (const stream of [vitest.stdout, vitest.stderr]) {
      stream.on('data', (text: Buffer) => {
        output += text.toString();
      });
    }
    const [code] = (await once(vitest, 'close')) as [number | null];
    expect(code, output.slice(-3000)).toBe(0);
  },
  180_000,
);
