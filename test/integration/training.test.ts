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

/** Waits until a program writes something. */
function said(child: ChildProcess, words: string): Promise<boolean> {
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes(words)) resolve(true);
    });
    child.on('exit', () => resolve(false));
  });
}

/** Whether a training came so far as to save its state, before it ended. */
const firstCheckpoint = (child: ChildProcess) => said(child, '"event":"checkpoint"');

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
  }, 240_000);

  test('a network that goes on from one that finds damage finds it by the same measure', async () => {
    const out = join(scratch, 'finder');
    const model = join(root, 'resources/models/defects');
    const { code } = await finish(
      start(
        out,
        ...['--preset', 'defects', '--weights', join(model, 'model.onnx')],
        ...['--steps', '1', '--batch', '1', '--size', '32'],
      ),
    );
    expect(code).toBe(0);
    const manifestIn = (folder: string) => JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifestIn(join(out, 'model')).find).toEqual(manifestIn(model).find);
  });

  test('killed at 50 random moments, also while it saves, it ends with the same bits', async () => {
    const whole = join(scratch, 'undisturbed');
    const steps = ['--steps', '400', '--validate-every', '10000', '--checkpoint-seconds', '0.001'];
    expect((await finish(start(whole, ...tiny, ...steps))).code).toBe(0);
    const undisturbed = await loadCheckpoint(whole);
    // Most of the time goes into starting: two trainings side by side take half of it.
    await Promise.all(
      ['killed', 'killed-too'].map(async (name) => {
        const out = join(scratch, name);
        const savedAt = await killAgainAndAgain(out, steps, 25);
        const resumed = await finish(start(out, ...tiny, '--resume', out));
        expect(resumed.code, `killed at ${savedAt}`).toBe(0);
        const { record, state } = await loadCheckpoint(out);
        expect(record.step).toBe(400);
        for (const part of ['weights', 'first', 'second', 'average'] as const) {
          expect(state[part].size).toBeGreaterThan(0);
          for (const [tensor, data] of undisturbed.state[part]) {
            expect(bitsOf(state[part].get(tensor)), tensor).toBe(bitsOf(data));
          }
        }
      }),
    );
  }, 600_000);

  /** Kills a training so many times. @returns at which steps it had been saved */
  async function killAgainAndAgain(out: string, steps: readonly string[], kills: number): Promise<number[]> {
    const savedAt: number[] = [];
    for (let kill = 0; kill < kills; kill++) {
      const child = start(out, ...tiny, ...steps, ...(kill === 0 ? [] : ['--resume', out]));
      // The time until it works is of no interest; then any moment of a step or of a checkpoint will do.
      const isAlive = await firstCheckpoint(child);
      await new Promise((resolve) => setTimeout(resolve, 40 * Math.random()));
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      // Whatever the moment, there is a whole checkpoint, and it never lies behind one that was there.
      const { step } = (await loadCheckpoint(out)).record;
      expect(step, `kill ${kill}`).toBeGreaterThanOrEqual(savedAt.at(-1) ?? 0);
      savedAt.push(step);
      if (!isAlive) break;
    }
    expect(savedAt.length).toBe(kills);
    expect(savedAt.at(-1)).toBeGreaterThan(0);
    return savedAt;
  }

  test('photos that come and go while it trains do not end it', async () => {
    const own = join(scratch, 'changing');
    cpSync(library, own, { recursive: true });
    const out = join(scratch, 'changing-run');
    const args = [
      'train',
      own,
      '--json',
      '--threads',
      '1',
      '--out',
      out,
      ...tiny,
      '--steps',
      '60',
      '--checkpoint-seconds',
      '0.2',
    ];
    const env = { ...process.env, PHOTOMEND_HOME: join(scratch, 'home') };
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env });
    const end = finish(child);
    await firstCheckpoint(child);
    const [gone, changed] = readdirSync(own).filter((name) => name.endsWith('.jpg'));
    rmSync(join(own, gone));
    writeFileSync(join(own, changed), 'no longer a photo');
    cpSync(join(library, gone), join(own, 'new.jpg'));
    const { code, events } = await end;
    expect(code).toBe(0);
    expect(events.at(-1)).toMatchObject({ event: 'finished', step: 60 });
  }, 240_000);

  test('a state that cannot be saved is told, and saved as soon as it can be', async () => {
    const out = join(scratch, 'cannot save');
    const child = start(out, ...tiny, '--steps', '100000', '--checkpoint-seconds', '0.2');
    const end = finish(child);
    await firstCheckpoint(child);
    const record = join(out, 'checkpoint.json');
    // A folder in the place of the file: it cannot be written.
    rmSync(record);
    mkdirSync(join(record, 'in the way'), { recursive: true });
    await said(child, '"code":"not-saved"');
    rmSync(record, { recursive: true });
    await said(child, '"code":"saved-again"');
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
    expect((await loadCheckpoint(out)).record.step).toBeGreaterThan(0);
  }, 240_000);

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
  }, 240_000);

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
    const halved = events.filter(({ event }) => event === 'notice').map(({ notice }) => notice);
    expect(halved).toEqual([
      expect.objectContaining({ code: 'rate-halved', rateFactor: 0.5 }),
      expect.objectContaining({ code: 'rate-halved', rateFactor: 0.25 }),
    ]);
    const { state, record } = await loadCheckpoint(out);
    expect(record.rateFactor).toBe(0.25);
    const finite = [...state.weights.values()].every((data) => data.every(Number.isFinite));
    expect(finite).toBe(true);
  }, 240_000);

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
  }, 240_000);
});
