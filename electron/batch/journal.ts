import { type FileHandle, open, stat } from 'node:fs/promises';
import { AppError } from '../engine/errors.ts';
import { type Record, record } from './records.ts';

/**
 * An append-only file of JSON lines. A line counts from its newline on: what a crash cut off is dropped when the file
 * is opened again.
 */
export class Journal {
  readonly path: string;
  readonly #handle: FileHandle;
  #length: number;
  /** Lines follow each other even where several photos end at once. */
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, handle: FileHandle, length: number) {
    this.path = path;
    this.#handle = handle;
    this.#length = length;
  }

  /** @throws what the file system throws; `EEXIST` where the file is there */
  static async create(path: string): Promise<Journal> {
    return new Journal(path, await open(path, 'wx+'), 0);
  }

  /** Goes on after the last whole line. */
  static async continue(path: string): Promise<Journal> {
    const handle = await open(path, 'r+');
    const length = await wholeLines(handle);
    await handle.truncate(length);
    return new Journal(path, handle, length);
  }

  /** Writes lines; they are on the disk when this ends. Either all count or none. @throws as {@link Journal.create} */
  append(...records: readonly Record[]): Promise<void> {
    return this.#write(records, 'sync');
  }

  /** Writes lines whose loss would only cost work. */
  note(...records: readonly Record[]): Promise<void> {
    return this.#write(records, 'lazy');
  }

  /** Whether the file is still where it was: a folder may be deleted, a disk pulled out. */
  async isThere(): Promise<boolean> {
    const [own, found] = await Promise.all([this.#handle.stat(), stat(this.path).catch(() => undefined)]);
    return found !== undefined && found.ino === own.ino;
  }

  async close(): Promise<void> {
    await this.#last.catch(() => undefined);
    await this.#handle.close();
  }

  #write(records: readonly Record[], durability: 'sync' | 'lazy'): Promise<void> {
    const bytes = Buffer.from(records.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const writing = this.#last
      .catch(() => undefined)
      .then(async () => {
        try {
          await this.#writeAll(bytes);
          if (durability === 'sync') await this.#handle.datasync();
          this.#length += bytes.length;
        } catch (error) {
          // A full disk may have taken half a line.
          await this.#handle.truncate(this.#length).catch(() => undefined);
          throw error;
        }
      });
    this.#last = writing;
    return writing;
  }

  async #writeAll(bytes: Buffer): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#handle.write(
        bytes,
        done,
        bytes.length - done,
        this.#length + done,
      );
      done += bytesWritten;
    }
  }
}

/** Bytes up to and with the last newline. */
async function wholeLines(handle: FileHandle): Promise<number> {
  const { size } = await handle.stat();
  const block = Buffer.alloc(64 << 10);
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - block.length);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const at = block.subarray(0, bytesRead).lastIndexOf('\n');
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/** A line of a journal, and where it stands in the file. */
export interface JournalLine {
  readonly record: Record;
  readonly offset: number;
  readonly length: number;
}

/**
 * The lines of a journal, one by one; a cut-off last line is left out.
 * @throws AppError `batch/journal-damaged` where a line in between makes no sense
 */
export async function* readJournal(path: string): AsyncGenerator<Record> {
  for await (const { record } of readJournalLines(path)) yield record;
}

/** As {@link readJournal}, with the lines' places, so that they can be read again one by one. */
export async function* readJournalLines(path: string): AsyncGenerator<JournalLine> {
  const handle = await open(path, 'r');
  try {
    let block = Buffer.alloc(64 << 10);
    let filled = 0;
    /** Of the block, in the file. */
    let offset = 0;
    for (let number = 0; ; ) {
      // A line with masks may be very long.
      if (filled === block.length) block = Buffer.concat([block], 2 * block.length);
      const { bytesRead } = await handle.read(block, filled, block.length - filled, offset + filled);
      if (bytesRead === 0) return;
      filled += bytesRead;
      const bytes = block.subarray(0, filled);
      let start = 0;
      for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
        const record = parseLine(bytes.toString('utf8', start, end), path, ++number);
        yield { record, offset: offset + start, length: end - start };
        start = end + 1;
      }
      block.copyWithin(0, start, filled);
      filled -= start;
      offset += start;
    }
  } finally {
    await handle.close();
  }
}

/** A line again. @throws AppError `batch/journal-damaged` */
export async function readLineAt(
  handle: FileHandle,
  { offset, length }: Pick<JournalLine, 'offset' | 'length'>,
  path: string,
): Promise<Record> {
  // From Node's pool: there is one for every photo of a report.
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await handle.read(bytes, 0, length, offset);
  return parseLine(bytes.toString('utf8', 0, bytesRead), path, 0);
}

function parseLine(line: string, path: string, number: number): Record {
  try {
    return record.parse(JSON.parse(line));
  } catch (cause) {
    throw new AppError('batch/journal-damaged', `Line ${number} of ${path} makes no sense.`, {
      hint: 'Start the batch anew; results that are there stay.',
      data: { line: number },
      cause,
    });
  }
}
