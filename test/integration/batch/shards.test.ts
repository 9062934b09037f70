import { execFileSync, spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newFolder, results, smallPhoto } from '../../support/batch.ts';
import { buildNodeParts } from '../../support/build.ts';

let cli: string;
let home: string;
let folder: string;
const rect = ['--rect', '8,8,24,16', '--corner', 'bottom-right', '--damage', 'fill'];
const flags = [...rect, '--model', 'none', '--provider', 'cpu'];

beforeAll(async () => {
  cli = join((await buildNodeParts()).outDir, 'cli.js');
  [home, folder] = [await newFolder(), await newFolder()];
  for (let i = 0; i < 12; i++) await smallPhoto(join(folder, i % 2 === 0 ? 'sub' : '', `${i}.jpg`), i);
}, 120_000);
afterAll(async () => {
  for (const path of [home, folder]) await rm(path, { recursive: true, force: true });
});

const env = () => ({ ...process.env, PHOTOMEND_HOME: home });

test('GNU parallel runs the shards of a folder: disjoint, complete, and one report', async (context) => {
  if (spawnSync('parallel', ['--version']).error !== undefined) context.skip('GNU parallel is not installed');
  const [whole, out] = [await newFolder(), await newFolder()];
  execFileSync(process.execPath, [cli, 'batch', folder, '--out', whole, ...flags], { env: env() });
  // The example in docs/batch.md, with this build in the place of `photomend`.
  execFileSync(
    'parallel',
    [
      '--halt',
      'soon,fail=1',
      process.execPath,
      cli,
      'batch',
      folder,
      '--out',
      out,
      ...flags,
      '--shard',
      '{}/2',
      '--resume',
      ':::',
      '0',
      '1',
    ],
    { env: env(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  expect(await results(out)).toEqual(await results(whole));
  execFileSync(process.execPath, [cli, 'report', out], { env: env() });
  interface Report {
    readonly photos: readonly { readonly path: string; readonly state: string }[];
  }
  const report = JSON.parse(await readFile(join(out, 'photomend-report.json'), 'utf8')) as Report[];
  expect(report).toHaveLength(2);
  const paths = report.flatMap(({ photos }) => photos.map(({ path }) => path));
  expect(new Set(paths).size).toBe(12);
  expect(paths).toHaveLength(12);
  for (const { photos } of report) {
    expect(photos.length).toBeGreaterThan(0);
    expect(photos.every(({ state }) => state === 'repaired')).toBe(true);
  }
  for (const path of [whole, out]) await rm(path, { recursive: true });
}, 120_000);

test('events as JSON lines, exit codes, wrong usage', async () => {
  const out = await newFolder();
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'batch', folder, '--out', out, ...args], {
      env: env(),
      encoding: 'utf8',
    });
  const done = run(...flags, '--json');
  expect(done.status).toBe(0);
  const events = done.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; photo?: string; state?: string });
  expect(events[0]).toMatchObject({ event: 'planned', photos: 12 });
  expect(events.filter(({ event, state }) => event === 'photo' && state === 'repaired')).toHaveLength(12);
  expect(events.at(-1)).toMatchObject({ event: 'finished' });
  expect(run('--shard', '2/2').status).toBe(2);
  expect(run('--rect', '1,2,3').status).toBe(2);
  expect(run(...flags, '--names', 'all-the-same').stderr).toContain('batch/bad-pattern');
  await rm(out, { recursive: true });
});
