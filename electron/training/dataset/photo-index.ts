import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeFileAtomic } from '../../engine/atomic-file.ts';

/** What was found out about a file, and the state of the file that it is about. */
export type IndexEntry = {
  readonly sizeBytes: number;
  readonly modifiedMs: number;
} & (
  | { readonly kind: 'photo'; readonly hash: string; readonly width: number; readonly height: number }
  | { readonly kind: 'skipped'; readonly code: string; readonly message: string }
  | { readonly kind: 'other' }
);

type Line = readonly [string, IndexEntry];

/** Lines that are written at once; a kill loses no more. */
const linesPerWrite = 200;

/**
 * What is known of the files of one folder, kept between scans: only new and changed files are read again. A log that
 * is added to, so that a scan may end at any moment; it is written anew when most of it is outdated.
 */
export class PhotoIndex {
  readonly #path: string;
  readonly #entries: Map<string, IndexEntry>;
  #waiting: string[] = [];
  #writing: Promise<void> = Promise.resolve();
  #linesInFile: number;

  private constructor(path: string, entries: Map<string, IndexEntry>, lines: number) {
    this.#path = path;
    this.#entries = entries;
    this.#linesInFile = lines;
  }

  /** The index of a folder; an unreadable one is begun anew. */
  static async open(indexFolder: string, folder: string): Promise<PhotoIndex> {
    await mkdir(indexFolder, { recursive: true });
    const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
    const path = join(indexFolder, `${name}.jsonl`);
    const entries = new Map<string, IndexEntry>();
    let lines = 0;
    if ((await stat(path).catch(() => undefined)) !== undefined) {
      for await (const line of createInterface({ input: createReadStream(path), crlfDelay: 1e9 })) {
        lines++;
        const parsed = parseLine(line);
        if (parsed !== undefined) entries.set(...parsed);
      }
    }
    return new PhotoIndex(path, entries, lines);
  }

  /** What is known of a file, if it has not changed since. */
  get(name: string, sizeBytes: number, modifiedMs: number): IndexEntry | undefined {
    const entry = this.#entries.get(name);
    return entry?.sizeBytes === sizeBytes && entry.modifiedMs === modifiedMs ? entry : undefined;
  }

  async set(name: string, entry: IndexEntry): Promise<void> {
    this.#entries.set(name, entry);
    this.#waiting.push(JSON.stringify([name, entry]));
    if (this.#waiting.length >= linesPerWrite) await this.flush();
  }

  /** Writes what was found so far. A full disk costs the next scan time, and this one nothing. */
  async flush(): Promise<void> {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#writing = this.#writing.then(async () => {
      if (lines.length === 0) return;
      await appendFile(this.#path, `${lines.join('\n')}\n`).catch(() => undefined);
      this.#linesInFile += lines.length;
    });
    await this.#writing;
  }

  /** Forgets files that are gone, after a scan that saw all. */
  async keepOnly(isThere: (name: string) => boolean): Promise<void> {
    await this.flush();
    for (const name of this.#entries.keys()) if (!isThere(name)) this.#entries.delete(name);
    if (this.#linesInFile <= 2 * this.#entries.size + linesPerWrite) return;
    const lines = [...this.#entries].map((line) => JSON.stringify(line));
    await writeFileAtomic(this.#path, `${lines.join('\n')}\n`).then(
      () => {
        this.#linesInFile = lines.length;
      },
      () => rm(this.#path, { force: true }),
    );
  }
}

/** A line that a kill cut off is no line. */
function parseLine(text: string): Line | undefined {
  try {
    const [name, entry] = JSON.parse(text) as Line;
    return typeof name === 'string' && typeof entry.sizeBytes === 'number' ? [name, entry] : undefined;
  } catch {
    return undefined;
  }
}
