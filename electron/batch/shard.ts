import { createHash } from 'node:crypto';
import { AppError } from '../engine/errors.ts';

/** One of several equal parts of a folder, for one of several machines. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

export const wholeFolder: Shard = { index: 0, count: 1 };

/**
 * Whether a photo belongs to a shard. Told by the path within the folder alone: every machine comes to the same
 * answer, whatever it lists first and whatever was added since.
 * @param path relative, with `/`
 */
export function isInShard(path: string, { index, count }: Shard): boolean {
  if (count === 1) return true;
  const hash = createHash('sha256').update(path.normalize('NFC')).digest();
  return hash.readUInt32BE(0) % count === index;
}

/** Reads `I/N`, such as `0/2`. @throws AppError `usage/bad-shard` */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count < 1 || index >= count) {
    throw new AppError('usage/bad-shard', 'A shard is I/N with I from 0 to N-1, for example 0/4.');
  }
  return { index, count };
}

export function shardName({ index, count }: Shard): string {
  return count === 1 ? 'all' : `${index}-of-${count}`;
}
