import type { BatchSettings } from '../ipc/batch.ts';
import { checkPattern, Names } from './names.ts';
import { baseOf, endingsOf, outsOf, type PlannedPhoto } from './plan.ts';
import type { RunRecord } from './records.ts';
import type { TrackedPhoto } from './state.ts';

/** Where the results of photos go that are done once more, by the photos' numbers. */
export type NewPlaces = ReadonlyMap<number, Pick<PlannedPhoto, 'out' | 'copyOut'>>;

/**
 * Gives names to photos that are done once more with another pattern or format; the others keep theirs, and no two get
 * one. Numbers in names count the photos of this run, as in the first plan of a whole folder.
 * @throws AppError `batch/bad-pattern`
 */
export function planAgain(
  numbers: readonly number[],
  photos: readonly TrackedPhoto[],
  settings: BatchSettings | undefined,
  run: Pick<RunRecord, 'settings' | 'at'>,
): NewPlaces {
  const places = new Map<number, Pick<PlannedPhoto, 'out' | 'copyOut'>>();
  if (settings === undefined) return places;
  const { naming, how } = settings;
  checkPattern(naming.pattern);
  const wanted = new Set(numbers);
  const isRenamed = ({ n, settings: its = run.settings }: TrackedPhoto) =>
    wanted.has(n) && (its.naming.pattern !== naming.pattern || its.how.format !== how.format);
  const names = new Names();
  for (const photo of photos) {
    if (isRenamed(photo)) continue;
    for (const path of [photo.out, photo.copyOut, ...(photo.own ? [photo.own.out] : [])]) names.keep(path);
  }
  const of = { count: photos.length, date: run.at.slice(0, 10) };
  for (const { n, path } of photos.filter(isRenamed)) {
    const endings = endingsOf(path, how.format);
    const base = names.take(baseOf(path, naming.pattern, { ...of, index: n }), endings);
    places.set(n, outsOf(base, endings));
  }
  return places;
}
