import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

function measured(young: 'small' | 'as-it-is'): { youngBytes: number; givenBack: number } {
  const args = ['build/run.mjs', 'test/unit/hosts/lean-memory-child.ts', young];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

test('the space for young objects stays small while much is made, and pixels are given back when asked', () => {
  const [small, usual] = [measured('small'), measured('as-it-is')];
  expect(small.youngBytes).toBeLessThanOrEqual(usual.youngBytes / 2);
  expect(small.givenBack).toBeGreaterThanOrEqual(64 << 20);
});
