import { appendFile, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Journal, readJournalLines, readLineAt } from '../../../electron/batch/journal.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-journal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const failed = (n: number, message: string) => ({
  t: 'end' as const,
  n,
  at: '2026-01-31T00:00:00.000Z',
  outcome: { state: 'failed' as const, code: 'photo/truncated', message },
});

test('lines of any length come back, each at its place, and a cut-off one is no line', async () => {
  const path = join(folder, 'journal.jsonl');
  const journal = await Journal.create(path);
  // Shorter, about as long as, and longer than what is read at once; letters of several bytes on the borders.
  const records = [10, 65_400, 65_536, 300_000, 20].map((length, n) => failed(n, '划痕é'.repeat(length / 4)));
  for (const record of records) await journal.append(record);
  await journal.close();
  await appendFile(path, '{"t":"start","n":');
  const handle = await open(path, 'r');
  const read = [];
  for await (const line of readJournalLines(path)) {
    read.push(line.record);
    expect(await readLineAt(handle, line, path)).toEqual(line.record);
  }
  await handle.close();
  expect(read).toEqual(records);
});

test('a line that makes no sense is told by its number', async () => {
  const path = join(folder, 'damaged.jsonl');
  const journal = await Journal.create(path);
  await journal.append(failed(0, 'one'));
  await journal.close();
  await appendFile(path, 'nonsense\n');
  const all = async () => {
    for await (const _ of readJournalLines(path));
  };
  await expect(all()).rejects.toMatchObject({ code: 'batch/journal-damaged', data: { line: 2 } });
});
