import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { RecentPhoto } from '../../ipc/contract.ts';
import { readJson, writeJson } from './json-file.ts';

const mostRecent = 12;
const stored = z.array(z.string().min(1)).max(100);

/** The photos opened last, the latest first. The window sees names and ids; paths stay here. */
export class RecentStore {
  readonly #path: string;
  #entries: { readonly id: string; readonly path: string }[];

  private constructor(path: string, paths: readonly string[]) {
    this.#path = path;
    this.#entries = paths.map((its) => ({ id: randomUUID(), path: its }));
  }

  static async open(userDataFolder: string): Promise<RecentStore> {
    const path = join(userDataFolder, 'recent.json');
    return new RecentStore(path, ((await readJson(path, stored)) ?? []).slice(0, mostRecent));
  }

  get list(): RecentPhoto[] {
    return this.#entries.map(({ id, path }) => ({
      id,
      name: basename(path),
      folder: basename(dirname(path)),
    }));
  }

  pathOf(id: string): string | undefined {
    return this.#entries.find((entry) => entry.id === id)?.path;
  }

  async add(path: string): Promise<void> {
    const others = this.#entries.filter((entry) => entry.path !== path);
    this.#entries = [{ id: randomUUID(), path }, ...others].slice(0, mostRecent);
    await this.#write();
  }

  async remove(path: string): Promise<void> {
    this.#entries = this.#entries.filter((entry) => entry.path !== path);
    await this.#write();
  }

  async clear(): Promise<void> {
    this.#entries = [];
    await this.#write();
  }

  /** A list that cannot be written is no reason to bother anybody. */
  async #write(): Promise<void> {
    await writeJson(
      this.#path,
      this.#entries.map(({ path }) => path),
    ).catch(() => undefined);
  }
}
