import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { writeFileAtomic } from '../engine/atomic-file.ts';
import { AppError } from '../engine/errors.ts';
import { decodeRgb8 } from '../engine/photo/decode-rgb8.ts';
import { encodePng } from '../engine/photo/encode-png.ts';
import type { Planes } from '../engine/pixels/planes.ts';
import { rgbPlanes } from '../engine/pixels/raster.ts';
import { contactSheet } from '../engine/pixels/sheet.ts';
import { caseName, parseCases } from '../evaluation/cases.ts';
import { evaluate, type TestPicture } from '../evaluation/evaluate.ts';
import { allFindCases } from '../evaluation/find-cases.ts';
import { resultTable } from '../evaluation/table.ts';
import { scanLibrary } from '../training/dataset/library.ts';
import { splitLibrary } from '../training/dataset/split.ts';
import { runFinding } from './evaluate-finding.ts';
import { openTools, type ToolFlags, withToolOptions } from './tools.ts';

interface EvaluateFlags extends ToolFlags {
  readonly cases: string;
  readonly seed: string;
  readonly region: string;
  readonly every: string;
  readonly most?: string;
  readonly jpeg?: string;
  readonly heldBack: boolean;
  readonly find: boolean;
  readonly tune?: string;
  readonly sheet?: string;
  readonly json: boolean;
}

/** Larger photos are shrunk to this: the cases are measured in pixels of what is shown. */
const maxSidePx = 1024;
/** Pictures of each case on the contact sheet. */
const sheetPictures = 2;

/** `photomend evaluate FOLDER` */
export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('Damage good photos in known ways and measure how well each method undoes it.')
    .argument('<folder>', 'folder with undamaged photos')
    .option('--cases <list>', 'for example blur:3,mosaic:8,ink,scratch,fill', 'all')
    .option('--seed <s>', 'seed of the damage', '1')
    .option('--region <px>', 'side of the damaged square', '128')
    .option('--every <n>', 'take every n-th photo only', '1')
    .option('--most <n>', 'take so many photos at most')
    .option('--jpeg <quality>', 'save the damaged photos as JPEG before they are repaired')
    .option('--held-back', 'take only photos that trainings on this folder keep for validation', false)
    .option('--sheet <file.png>', 'write damaged | restored | original of some pictures')
    .option('--find', 'measure instead how well damage is found in whole photos', false)
    .option('--tune <folder>', 'with --find: measure the thresholds of the model in this folder anew')
    .addHelpText(
      'after',
      `
Cases of --find: ${allFindCases}. A pixel counts as found within one pixel of a region, and as
damage where it changed by more than ten levels of 255.`,
    );
  return withToolOptions(command).action(runEvaluate);
}

async function runEvaluate(folder: string, flags: EvaluateFlags): Promise<void> {
  const cases = flags.find ? [] : parseCases(flags.cases);
  const [seed, regionPx, every] = [flags.seed, flags.region, flags.every].map(Number);
  if (![seed, regionPx, every].every((n) => Number.isInteger(n) && n >= 1)) {
    throw new AppError('usage/bad-number', '--seed, --region and --every must be whole numbers above 0.');
  }
  const most = Number(flags.most ?? Number.MAX_SAFE_INTEGER);
  const jpegQuality = flags.jpeg === undefined ? undefined : Number(flags.jpeg);
  if (!(Number.isInteger(most) && most >= 1)) {
    throw new AppError('usage/bad-number', '--most must be a whole number above 0.');
  }
  if (jpegQuality !== undefined && !(jpegQuality >= 1 && jpegQuality <= 100)) {
    throw new AppError('usage/bad-number', '--jpeg must be a quality from 1 to 100.');
  }
  const pictures = await loadPictures(resolve(folder), every, most, flags.heldBack);
  if (flags.find) {
    const bar = pictureBar(flags.json);
    const text = await runFinding(pictures, { ...flags, seed }, (done, total) => {
      if (done === 1) bar?.start(total, 0);
      bar?.update(done);
    });
    bar?.stop();
    process.stdout.write(text);
    return;
  }
  const tools = flags.model === 'none' ? undefined : await openTools(flags);
  const bar = pictureBar(flags.json);
  bar?.start(cases.length * pictures.length, 0);
  const rows = new Map<string, Planes[]>();
  const results = await evaluate(pictures, {
    cases,
    seed,
    regionPx,
    jpegQuality,
    tools: tools?.repair,
    onPicture: (done) => bar?.update(done),
    onSheetRow: ({ caseName: name, damaged, restored, original }) => {
      const row = rows.get(name) ?? [];
      if (row.length < 3 * sheetPictures) rows.set(name, [...row, damaged, restored, original]);
    },
  });
  bar?.stop();
  if (flags.sheet !== undefined) {
    const sheet = contactSheet(cases.map((testCase) => rows.get(caseName(testCase)) ?? []));
    await writeFileAtomic(resolve(flags.sheet), await encodePng(sheet));
  }
  await tools?.close();
  process.stdout.write(flags.json ? `${JSON.stringify(results)}\n` : resultTable(results));
}

function pictureBar(isJson: boolean): SingleBar | undefined {
  if (isJson || !process.stderr.isTTY) return undefined;
  const format = '{bar} {value}/{total} pictures, {eta} s left';
  return new SingleBar({ format, stream: process.stderr, clearOnComplete: true });
}

async function loadPictures(
  folder: string,
  every: number,
  most: number,
  heldBack: boolean,
): Promise<TestPicture[]> {
  await readdir(folder).catch((cause) => {
    throw new AppError('photo/not-found', `The folder ${folder} cannot be read.`, { cause });
  });
  const { photos } = await scanLibrary(folder);
  const chosen = (heldBack ? splitLibrary(photos).validation : photos)
    .map(({ path }) => path)
    .sort()
    .filter((_, i) => i % every === 0)
    .slice(0, most);
  const pictures: TestPicture[] = [];
  for (const path of chosen) {
    const { width, height, data } = await decodeRgb8(path, { maxSidePx });
    const raster = { width, height, data, channels: 3, depth: 8 } as const;
    pictures.push({ name: join(path), planes: rgbPlanes(raster, { x: 0, y: 0, width, height }) });
  }
  if (pictures.length === 0)
    throw new AppError('photo/not-found', `There are no readable photos in ${folder}.`);
  return pictures;
}
