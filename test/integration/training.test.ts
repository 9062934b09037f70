import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadCheckpoint } from '../../electron/training/checkpoint.ts';
import { buildNodeParts } from '../support/build.ts';

const root = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'photomend-train-'));
const library = join(scratch, '照片 📷');
let cli: string;

beforeAll(async () => {
  const { outDir } = await buildNodeParts();
  cli = join(outDir, 'cli.js');
  mkdirSync(library);
  const packages = join(root, 'node_modules/@stdlib');
  for (const name of readdirSync(packages).filter((entry) => entry.startsWith('datasets-img-'))) {
    cpSync(join(packages, name, 'data/image.jpg'), join(library, `${name}.jpg`));
  }
  mkdirSync(join(library, 'inner'));
  const first = readdirSync(library).find((name) => name.endsWith('.jpg')) ?? '';
  cpSync(join(library, first), join(library, 'inner', 'the same again.jpg'));
  writeFileSync(join(library, 'inner', 'broken.jpg'), readFileSync(join(library, first)).subarray(0, 300));
  writeFileSync(join(library, 'notes.txt'), 'not a photo');
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function start(out: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [cli, 'train', library, '--json', '--threads', '1', '--out', out, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PHOTOMEND_HOME: join(scratch, 'home') },
  });
}

async function finish(
  child: ChildProcess,
): Promise<{ code: number | null; events: Record<string, unknown>[] }> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  const [code] = await once(child, 'exit');
  return {
    code,
    events: text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

/** Hash of the exact bits: NaN and -0 count as what they are. */
function bitsOf(data: Float32Array | undefined): string {
  if (data === undefined) return 'missing';
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}

const tiny = [
  '--preset',
  'photomend',
  '--base-channels',
  '4',
  '--batch',
  '2',
  '--size',
  '32',
  '--validate-every',
  '20',
];

describe('photomend train', () => {
  test('skips and lists broken files, ignores duplicates and other files, writes all results', async () => {
    const out = join(scratch, 'whole');
    const { code, events } = await finish(start(out, ...tiny, '--steps', '4'));
    expect(code).toBe(0);
    const scan = events.find((event) => event.event === 'library');
    expect(scan).toMatchObject({ photos: 8, duplicates: 1 });
    expect(scan?.skipped).toEqual([expect.objectContaining({ path: join('inner', 'broken.jpg') })]);
    expect(events.at(-1)).toMatchObject({ event: 'finished', step: 4, finished: true });
    for (const file of ['last.onnx', 'last.safetensors', 'best.onnx', 'samples.png', 'log.jsonl']) {
      expect(existsSync(join(out, file)), file).toBe(true);
    }
  }, 60_000);

  test('killed at a random step and resumed, it ends with the same bits', async () => {
    const whole = join(scratch, 'undisturbed');
    const killed = join(scratch, 'killed');
    const steps = ['--steps', '60', '--checkpoint-seconds', '0.15'];
    expect((await finish(start(whole, ...tiny, ...steps))).code).toBe(0);
    const child = start(killed, ...tiny, ...steps);
    child.stdout?.resume();
    const killAt = 5 + Math.floor(Math.random() * 40);
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      const record = await loadCheckpoint(killed).catch(() => undefined);
      if (record !== undefined && record.record.step >= killAt) break;
      expect(child.exitCode).toBeNull();
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const between = (await loadCheckpoint(killed)).record.step;
    expect(between).toBeLessThan(60);
    const resumed = await finish(start(killed, ...tiny, ...steps, '--resume', killed));
    expect(resumed.code, `killed at ${between}`).toBe(0);
    const [a, b] = await Promise.all([loadCheckpoint(whole), loadCheckpoint(killed)]);
    expect(b.record.step).toBe(60);
    for (const part of ['weights', 'first', 'second', 'average'] as const) {
      expect(b.state[part].size).toBeGreaterThan(0);
      for (const [name, data] of a.state[part]) {
        expect(bitsOf(b.state[part].get(name)), name).toBe(bitsOf(data));
      }
    }
  }, 120_000);

  test('SIGTERM saves a checkpoint and ends in order', async () => {
    const out = join(scratch, 'asked to stop');
    const child = start(out, ...tiny, '--steps', '100000');
    const end = finish(child);
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (chunk) => {
        if (String(chunk).includes('"step":25')) resolve();
      });
    });
    child.kill('SIGTERM');
    const { code, events } = await end;
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ event: 'stopped', finished: false });
    const { record } = await loadCheckpoint(out);
    expect(record.step).toBeGreaterThanOrEqual(25);
  }, 60_000);

  test('a learning rate that explodes ends with a clear error and the last good checkpoint', async () => {
    const out = join(scratch, 'explodes');
    const { code, events } = await finish(
      start(
        out,
        '--preset',
        'article',
        '--base-channels',
        '4',
        '--batch',
        '2',
        '--size',
        '32',
        '--steps',
        '400',
        '--rate',
        '1e30',
      ),
    );
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'error', code: 'train/non-finite-loss' });
    const { state } = await loadCheckpoint(out);
    const finite = [...state.weights.values()].every((data) => data.every(Number.isFinite));
    expect(finite).toBe(true);
  }, 60_000);

  test('a damaged checkpoint is refused with a code', async () => {
    const out = join(scratch, 'damaged');
    expect((await finish(start(out, ...tiny, '--steps', '2'))).code).toBe(0);
    const file = readdirSync(out).find((name) => name.startsWith('state-')) ?? '';
    const bytes = readFileSync(join(out, file));
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(join(out, file), bytes);
    const { code, events } = await finish(start(out, ...tiny, '--resume', out));
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ event: 'error', code: 'train/bad-checkpoint' });
  }, 60_000);
});
