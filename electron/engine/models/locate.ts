import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AppError } from '../errors.ts';
import type { ImportAnswers } from './answers.ts';
import { describeFile } from './describe.ts';
import { type ModelEntry, manifestName, readEntry } from './entry.ts';

/** A model that was found somewhere. A bare file's manifest is complete only after a run. */
export interface LocatedModel extends ModelEntry {
  readonly isBare: boolean;
  readonly isScaleOpen: boolean;
}

/** A model by the path of its folder, its manifest, or a bare `.onnx` file. */
export async function locate(path: string, answers: ImportAnswers = {}): Promise<LocatedModel> {
  const whole = resolve(path);
  const found = await stat(whole).catch(() => undefined);
  if (found === undefined) throw notFound(path);
  const described = (entry: ModelEntry): LocatedModel => ({ ...entry, isBare: false, isScaleOpen: false });
  if (found.isDirectory()) return described(await readEntry(whole, false));
  const folder = dirname(whole);
  if (basename(whole) === manifestName) return described(await readEntry(folder, false));
  const beside = await readEntry(folder, false).catch(() => undefined);
  if (beside?.modelPath === whole) return described(beside);
  const { manifest, isScaleOpen } = await describeFile(whole, answers);
  return { manifest, folder, modelPath: whole, bundled: false, isBare: true, isScaleOpen };
}

export function notFound(id: string): AppError {
  return new AppError('model/not-found', `There is no model named "${id}".`, {
    hint: 'Run "photomend models list" to see which there are.',
  });
}
