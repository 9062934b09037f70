import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const linuxProcessors = '/sys/devices/system/cpu';
/** Once it was too hot it is taken for hot a while longer, or training would heat it up again at once. */
const coolingMs = 60_000;

/**
 * Whether processors are slowed down for their heat, on Linux: Intel's count how often that happened. Others (AMD, ARM,
 * virtual machines) have no such counters, and the answer is no.
 */
export class Throttling {
  readonly #folder: string;
  readonly #now: () => number;
  #count: number | undefined;
  #hotUntil = Number.NEGATIVE_INFINITY;

  constructor(folder = linuxProcessors, now: () => number = () => performance.now()) {
    this.#folder = folder;
    this.#now = now;
  }

  /** To be asked again and again: what counts is what happened since the last time. */
  async isHot(): Promise<boolean> {
    const count = await this.#read();
    if (this.#count !== undefined && count > this.#count) this.#hotUntil = this.#now() + coolingMs;
    this.#count = count;
    return this.#now() < this.#hotUntil;
  }

  async #read(): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    const counts = names
      .filter((name) => /^cpu\d+$/.test(name))
      .map(async (name) => {
        const path = join(this.#folder, name, 'thermal_throttle', 'package_throttle_count');
        return Number(await readFile(path, 'utf8').catch(() => '0'));
      });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }
}
