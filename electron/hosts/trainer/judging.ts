import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../engine/atomic-file.ts';
import { roleOf } from '../../engine/models/adapters/by-name.ts';
import { readEntry } from '../../engine/models/entry.ts';
import { repairTools } from '../../engine/models/tools.ts';
import { encodePng } from '../../engine/photo/encode-png.ts';
import type { ProviderName } from '../../engine/runtime/providers.ts';
import { isWorthRetryingSmaller, openSession } from '../../engine/runtime/session.ts';
import { parseCases } from '../../evaluation/cases.ts';
import { compareModels } from '../../evaluation/compare.ts';
import type { LibraryPhoto } from '../../training/dataset/library.ts';
import type { PresetName } from '../../training/plan.ts';
import { runFiles } from '../../training/runs/run-folder.ts';
import type { StoredVerdict } from '../../training/runs/verdict-file.ts';
import type { Toolbox } from '../engine/toolbox.ts';

/** The damage that each kind of network is for. */
const casesOf: Readonly<Record<string, string>> = {
  photomend: 'blur:1.5,blur:3,mosaic:4,mosaic:8',
  defects: 'ink,scratch',
  article: 'blur:3,blur:15,mosaic:8',
  autoencoder: 'blur:3,blur:15,mosaic:8',
  fill: 'ink,scratch',
};
const mostPairs = 12;
/** More photos make the verdict surer than anybody asks for, and the wait longer. */
const mostPhotos = 60;

export interface JudgeOptions {
  readonly folder: string;
  readonly preset: PresetName;
  readonly photos: readonly LibraryPhoto[];
  readonly provider: ProviderName;
  readonly toolbox: Toolbox;
  readonly signal: AbortSignal;
  readonly turn: () => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
}

/** Compares a run's network with the one in use, on photos that neither saw, and leaves the verdict in its folder. */
export async function judgeRun(options: JudgeOptions): Promise<void> {
  const { folder, preset, provider, toolbox } = options;
  const { registry } = toolbox;
  const entry = await readEntry(join(folder, runFiles.model), false);
  const pairsFolder = join(folder, runFiles.pairs);
  await rm(pairsFolder, { recursive: true, force: true });
  await mkdir(pairsFolder, { recursive: true });
  const fresh = repairTools({
    registry,
    open: (modelPath) => openSession(modelPath, provider),
    openOnCpu: provider === 'cpu' ? undefined : (modelPath) => openSession(modelPath, 'cpu'),
    isWorthRetryingSmaller,
    onNotice: () => {},
    preferred: entry,
  });
  const pairs: { caseName: string }[] = [];
  const comparison = await compareModels({
    photos: options.photos.slice(0, mostPhotos),
    cases: parseCases(casesOf[preset]),
    old: await toolbox.tools('auto', provider),
    new: fresh,
    signal: options.signal,
    turn: options.turn,
    onProgress: options.onProgress,
    onPair: async ({ caseName, ...pictures }) => {
      if (pairs.length === mostPairs) return;
      for (const [name, picture] of Object.entries(pictures)) {
        await writeFileAtomic(join(pairsFolder, `${pairs.length}-${name}.png`), await encodePng(picture));
      }
      pairs.push({ caseName });
    },
  });
  const [kind] = entry.manifest.damage;
  const inUse = await registry.forDamage(kind, roleOf(entry.manifest.adapter));
  const verdict: StoredVerdict = {
    ...comparison,
    cases: [...comparison.cases],
    oldModel: inUse?.manifest.name ?? '',
    pairs,
  };
  await writeFileAtomic(join(folder, runFiles.verdict), JSON.stringify(verdict, null, 2));
}
