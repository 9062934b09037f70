import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '../engine/atomic-file.ts';
import { AppError } from '../engine/errors.ts';
import { type Shard, shardName } from './shard.ts';

/** How often a lock says that its owner lives, and for how long machines that cannot see the process believe it. */
const beatMs = 10_000;
const believedMs = 60_000;
const patienceMs = 2000;
const lookAgainMs = 200;

interface Owner {
  readonly host: string;
  readonly pid: number;
  /** When the process started, so that another one with its number is not taken for it; empty where unknown. */
  readonly started: string;
  readonly shard: Shard;
}

/** Keeps other batches out of an output folder until it is released, or its process dies. */
export interface Lock {
  release(): Promise<void>;
}

/** Of this process; a lock of ours that is not among them was left in a folder that went away for a while. */
const held = new Set<string>();

/**
 * Locks a journal's folder for a shard. Shards of one division may run side by side, nothing else may. Two that come
 * in the same instant may both be refused; never do both get in.
 * @throws AppError `batch/busy`
 */
export async function lockFolder(folder: string, shard: Shard): Promise<Lock> {
  await outwait(() => refuseOthers(folder, shard, ''));
  const name = `lock-${shardName(shard)}-${randomUUID()}.json`;
  const path = join(folder, name);
  const owner: Owner = { host: hostname(), pid: process.pid, started: startOf(process.pid), shard };
  // Never half: a lock that nobody can read would stay for ever.
  await writeFileAtomic(path, JSON.stringify(owner));
  try {
    await refuseOthers(folder, shard, name);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  held.add(name);
  const beat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), beatMs);
  beat.unref();
  return {
    release: async () => {
      clearInterval(beat);
      held.delete(name);
      await rm(path, { force: true }).catch(() => undefined);
    },
  };
}

/** The process of an app that was killed lives on for a moment. */
async function outwait(look: () => Promise<void>): Promise<void> {
  for (let left = patienceMs / lookAgainMs; ; left--) {
    try {
      return await look();
    } catch (error) {
      if (left <= 0) throw error;
      await sleep(lookAgainMs);
    }
  }
}

/** Looks for living owners, and clears away what dead ones left. */
async function refuseOthers(folder: string, shard: Shard, own: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('lock-') || name === own) continue;
    const path = join(folder, name);
    const owner = await readOwner(path);
    if (owner === undefined) continue;
    if (!(await isAlive(path, owner)) || (isOurs(owner) && !held.has(name))) {
      await rm(path, { force: true });
      continue;
    }
    const isSibling = owner.shard.count === shard.count && owner.shard.index !== shard.index;
    if (isSibling) continue;
    throw new AppError('batch/busy', 'Another batch is writing into this folder.', {
      hint: 'Wait until it has ended, or choose another folder for the results.',
      data: { host: owner.host, pid: owner.pid },
    });
  }
}

/** Undefined where it went away meanwhile. */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

function isOurs({ host, pid }: Owner): boolean {
  return host === hostname() && pid === process.pid;
}

async function isAlive(path: string, { host, pid, started }: Owner): Promise<boolean> {
  if (host !== hostname()) {
    const found = await stat(path).catch(() => undefined);
    return found !== undefined && Date.now() - found.mtimeMs < believedMs;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of somebody else's answers "no permission".
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = startOf(pid);
  return now === started;
}

/** Linux tells in clock ticks since the system started; elsewhere the number of the process has to do. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
