import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../engine/atomic-file.ts';
import { AppError } from '../engine/errors.ts';
import type { FindThresholds } from '../engine/find/thresholds.ts';
import { manifestName } from '../engine/models/entry.ts';
import { parseManifest } from '../engine/models/manifest.ts';
import type { TestPicture } from '../evaluation/evaluate.ts';
import { parseFindCases } from '../evaluation/find-cases.ts';
import { evaluateFinding, findTable } from '../evaluation/find-scores.ts';
import { tuneFinding } from '../evaluation/find-tuning.ts';
import { openTools, type ToolFlags } from './tools.ts';

export interface FindingFlags extends ToolFlags {
  readonly cases: string;
  readonly seed: number;
  readonly json: boolean;
  /** Folder of the model whose thresholds are to be measured anew. */
  readonly tune?: string;
}

/** `photomend evaluate FOLDER --find`: how well damage is found in whole photos; with `--tune`, the thresholds. */
export async function runFinding(
  pictures: readonly TestPicture[],
  flags: FindingFlags,
  onPicture: (done: number, total: number) => void,
): Promise<string> {
  const tools = await openTools(flags.tune === undefined ? flags : { ...flags, model: flags.tune });
  try {
    if (flags.tune === undefined) {
      const scores = await evaluateFinding(pictures, {
        cases: parseFindCases(flags.cases),
        seed: flags.seed,
        tools: tools.repair,
        onPicture,
      });
      return flags.json ? `${JSON.stringify(scores)}\n` : findTable(scores);
    }
    const network = await tools.repair.defectNetwork();
    if (network === undefined) {
      throw new AppError('model/not-found', 'There is no network that marks damage.');
    }
    const thresholds = await tuneFinding(pictures, network, flags.seed, onPicture);
    await writeThresholds(flags.tune, thresholds);
    return `${JSON.stringify(thresholds)}\n`;
  } finally {
    await tools.close();
  }
}

async function writeThresholds(folder: string, find: FindThresholds): Promise<void> {
  const path = join(folder, manifestName);
  const manifest = parseManifest(await readFile(path, 'utf8'));
  await writeFileAtomic(path, `${JSON.stringify({ ...manifest, find }, null, 2)}\n`);
}
