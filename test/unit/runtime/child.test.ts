import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ExpendableChild } from '../../../electron/engine/runtime/child.ts';

const folder = mkdtempSync(join(tmpdir(), 'photomend child 进程 '));
afterAll(() => rmSync(folder, { recursive: true }));

/** A child that does what it is told. */
const entry = join(folder, 'child.mjs');
writeFileSync(
  entry,
  `process.on('message', ({ order, value }) => {
    if (order === 'die') { console.error('\\u001b[31mlast words\\u001b[0m'); process.abort(); }
    if (order === 'leave') process.exit(3);
    if (order === 'answer') process.send({ value, pid: process.pid });
    if (order === 'answer and die') process.send({ value, pid: process.pid }, () => process.exit(0));
  });`,
);

type Order = { order: string; value?: Float32Array };
type Answer = { value: Float32Array; pid: number };
let child: ExpendableChild<Order, Answer>;
afterEach(() => child.end());

async function answerTo(order: Order): Promise<Answer> {
  const outcome = await child.ask(order, 20_000);
  if (outcome.state !== 'answered') throw new Error(outcome.state);
  return outcome.answer;
}

describe('a child process for code that may crash', () => {
  test('carries numbers as they are, also those that JSON has not', async () => {
    child = new ExpendableChild(entry);
    const value = Float32Array.of(1 / 3, Number.NaN, Number.POSITIVE_INFINITY, -0);
    expect((await answerTo({ order: 'answer', value })).value).toEqual(value);
  });

  test('is one process for many questions, and another after a death', async () => {
    child = new ExpendableChild(entry);
    const { pid } = await answerTo({ order: 'answer' });
    expect((await answerTo({ order: 'answer' })).pid).toBe(pid);
    const outcome = await child.ask({ order: 'die' }, 20_000);
    expect(outcome).toEqual({ state: 'crashed', detail: 'SIGABRT' });
    expect(child.lastWords).toContain('last words');
    expect(child.lastWords).not.toContain('\u001b');
    expect(await child.ask({ order: 'leave' }, 20_000)).toEqual({ state: 'crashed', detail: 'exit code 3' });
    expect((await answerTo({ order: 'answer' })).pid).not.toBe(pid);
  });

  test('that died between two questions is replaced', async () => {
    child = new ExpendableChild(entry);
    const { pid } = await answerTo({ order: 'answer and die' });
    await expect
      .poll(() => {
        try {
          return process.kill(pid, 0);
        } catch {
          return 'gone';
        }
      })
      .toBe('gone');
    expect((await answerTo({ order: 'answer' })).pid).not.toBe(pid);
  });

  test('that hangs is ended', async () => {
    child = new ExpendableChild(entry);
    const { pid } = await answerTo({ order: 'answer' });
    expect(await child.ask({ order: 'ignore this' }, 100)).toEqual({ state: 'timed-out' });
    expect(() => process.kill(pid, 0)).toThrow();
  });

  test('whose program is missing is an error of its own, not a crash', async () => {
    child = new ExpendableChild(join(folder, 'missing.mjs'));
    await expect(child.ask({ order: 'answer' }, 1000)).rejects.toMatchObject({
      code: 'internal/missing-part',
    });
  });
});
