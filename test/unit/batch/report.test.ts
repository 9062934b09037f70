import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Journal } from '../../../electron/batch/journal.ts';
import type { Record } from '../../../electron/batch/records.ts';
import { writeReports } from '../../../electron/batch/report/write.ts';
import { shardName, wholeFolder } from '../../../electron/batch/shard.ts';
import { fillSettings } from '../../support/batch.ts';

let out: string;
let runFolder: string;
const at = '2026-01-31T10:00:00.000Z';
const later = '2026-01-31T10:00:02.500Z';
const rect = { x: 1, y: 2, width: 30, height: 40 };
const facts = { sizeBytes: 1, provider: 'cpu', models: [], ms: { decode: 1, repair: 1, encode: 1 } };
const names = ['a <b>&"c".jpg', '#1?.jpg', '=SUM(A1).jpg', 'waiting.jpg'];

const journal: Record[] = [
  {
    t: 'run',
    version: 1,
    id: 'run-1',
    program: 'test',
    folder: '/photos',
    shard: wholeFolder,
    settings: fillSettings,
    at,
  },
  ...names.map((path, n) => ({
    t: 'photo' as const,
    n,
    path,
    sizeBytes: 1,
    modifiedMs: 0,
    out: path,
    copyOut: path,
    exists: false,
  })),
  { t: 'planned', photos: names.length, problems: ['sub: no permission'] },
  { t: 'open', at, provider: 'cpu' },
  { t: 'start', n: 0, at },
  {
    t: 'end',
    n: 0,
    at: later,
    outcome: {
      state: 'repaired',
      out: names[0],
      sha256: 'ab',
      regions: [
        { rect, damage: { kind: 'scratch' }, confidence: 1 },
        { rect, damage: null, confidence: 1 },
      ],
      whole: { marks: 1, fading: 0.512, noise: 4.26, jpeg: 61 },
      warnings: ['truncated', 'lost-xmp', 'provider-failed', 'renamed'],
      ...facts,
    },
  },
  {
    t: 'end',
    n: 1,
    at: later,
    outcome: { state: 'failed', code: 'photo/truncated', message: 'It ends too early.' },
  },
  {
    t: 'end',
    n: 2,
    at: later,
    outcome: { state: 'failed', code: 'photo/truncated', message: 'It ends too early.' },
  },
  // Done once more, and well: this is what counts.
  { t: 'again', n: 2 },
  {
    t: 'end',
    n: 2,
    at: later,
    outcome: {
      state: 'clean',
      out: names[2],
      regions: [],
      whole: { marks: 0, fading: 0, noise: null, jpeg: null },
      warnings: ['no-sidecar'],
    },
  },
  { t: 'verdict', n: 0, verdict: 'keep' },
  { t: 'finished', at: later },
];

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'photomend-report-'));
  runFolder = join(out, '.photomend');
  await mkdir(runFolder);
  const file = await Journal.create(join(runFolder, `journal-${shardName(wholeFolder)}-20260131.jsonl`));
  await file.append(...journal);
  await file.close();
});
afterAll(() => rm(out, { recursive: true, force: true }));

const report = async (ending: string) => readFile(join(out, `photomend-report.${ending}`), 'utf8');

test('the page speaks the language of the person', async () => {
  await writeReports({ out, runFolder }, wholeFolder, 'en');
  const english = await report('html');
  for (const words of [
    'lang="en"',
    'Scratch',
    'in good order',
    'the description',
    'Kept',
    '2.50 s',
    'Colour and contrast: Faded; put right',
    'Noise: Noise of 4.3 levels smoothed',
    'JPEG traces: Traces of quality 61 smoothed',
  ])
    expect(english).toContain(words);
  await writeReports({ out, runFolder }, wholeFolder, 'zh-CN');
  const chinese = await report('html');
  for (const words of [
    'lang="zh-CN"',
    '划痕',
    '完好',
    '已修复',
    '已保留',
    '2.50 秒',
    '处理器',
    '色彩和对比度: 褪色，已校正',
    '噪点: 已平滑 4.3 级噪点',
    '已平滑质量 61 的压缩痕迹',
  ])
    expect(chinese).toContain(words);
  // Sentences of the program are not left in English.
  for (const words of ['It ends too early', 'Repaired', 'renamed', 'lost-xmp', 'no-sidecar'])
    expect(chinese).not.toContain(words);
});

test('names are shown as they are and lead to their files', async () => {
  await writeReports({ out, runFolder }, wholeFolder, 'en');
  const page = await report('html');
  expect(page).toContain('a &lt;b&gt;&amp;&quot;c&quot;.jpg');
  expect(page).not.toContain('<b>&');
  expect(page).toContain('href="%3DSUM(A1).jpg"');
});

test('programs find the last word on every photo', async () => {
  const paths = await writeReports({ out, runFolder }, wholeFolder, 'zh-CN');
  expect(paths).toHaveLength(3);
  const [run, ...others] = JSON.parse(await report('json'));
  expect(others).toEqual([]);
  expect(run).toMatchObject({ run: { id: 'run-1' }, problems: ['sub: no permission'], finishedAt: later });
  const states = run.photos.map((photo: { state: string }) => photo.state);
  expect(states).toEqual(['repaired', 'failed', 'clean', 'waiting']);
  const lines = (await report('csv')).split('\r\n');
  expect(lines).toHaveLength(names.length + 2);
  expect(lines[1]).toContain('1,2,30,40 scratch; 1,2,30,40 sound');
  expect(lines[1]).toContain('fading 0.51; noise 4.3; jpeg 61');
  expect(run.photos[0].outcome.whole).toEqual({ marks: 1, fading: 0.512, noise: 4.26, jpeg: 61 });
  expect(lines[3]).not.toContain('fading');
  expect(lines[2]).toContain('It ends too early. [photo/truncated]');
  expect(lines[3].startsWith("'=SUM(A1).jpg,clean")).toBe(true);
});
