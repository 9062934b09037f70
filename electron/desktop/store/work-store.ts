import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { UnsavedWork } from '../../ipc/contract.ts';
import { document } from '../../ipc/document.ts';
import { readJson, writeJson } from './json-file.ts';

const workFile = 'work.json';
const isId = (name: string) => z.uuid().safeParse(name).success;

const work = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  path: z.string(),
  file: z.strictObject({
    realPath: z.string(),
    id: z.string(),
    sizeBytes: z.number(),
    modifiedMs: z.number(),
  }),
  origin: z.enum(['file', 'pasted', 'sample']),
  tolerant: z.boolean(),
  /** ISO 8601. */
  changedAt: z.string(),
  hasUnsavedEdits: z.boolean(),
  document,
});
export type StoredWork = z.infer<typeof work>;

/**
 * Work in progress, one folder per open photo: its document, its patches, its picture for the screen. After a crash it
 * is offered again; a photo that is closed takes its folder with it.
 */
export class WorkStore {
  readonly #folder: string;

  constructor(userDataFolder: string) {
    this.#folder = join(userDataFolder, 'work');
  }

  /** The folder of a photo's work. */
  folderOf(id: string): string {
    return join(this.#folder, id);
  }

  async create(id: string): Promise<string> {
    const folder = this.folderOf(id);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  async keep(id: string, stored: Omit<StoredWork, 'version' | 'changedAt'>): Promise<void> {
    const whole: StoredWork = { version: 1, changedAt: new Date().toISOString(), ...stored };
    await writeJson(join(this.folderOf(id), workFile), whole);
  }

  async read(id: string): Promise<StoredWork | undefined> {
    return readJson(join(this.folderOf(id), workFile), work);
  }

  async discard(id: string): Promise<void> {
    await rm(this.folderOf(id), { recursive: true, force: true });
  }

  /**
   * What earlier runs left unsaved, the latest first. What they left behind without unsaved edits is removed; folders
   * that cannot be read stay, since somebody may still save what is in them.
   * @param openIds photos of this run
   */
  async unsaved(openIds: ReadonlySet<string>): Promise<UnsavedWork[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const found: UnsavedWork[] = [];
    for (const id of names.filter((name) => isId(name) && !openIds.has(name))) {
      const stored = await this.read(id);
      const isDamaged =
        stored === undefined && (await exists(join(this.folderOf(id), `${workFile}.damaged`)));
      if (isDamaged) continue;
      if (stored?.hasUnsavedEdits !== true) {
        await this.discard(id);
        continue;
      }
      found.push({
        id,
        name: stored.name,
        changedAt: stored.changedAt,
        edits: stored.document.edits.length,
        photoChanged: !(await isUnchanged(stored)),
      });
    }
    return found.sort((a, b) => b.changedAt.localeCompare(a.changedAt));
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isUnchanged({ path, file }: StoredWork): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return (
    found !== undefined && found.size === file.sizeBytes && Math.abs(found.mtimeMs - file.modifiedMs) < 1
  );
}
