import { randomUUID } from 'node:crypto';
import {
  type FSWatcher,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

interface Launch {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly data: unknown;
}

/** One process per data folder: the first holds a lock file, later ones leave a message in its inbox. */
export class SingleInstance {
  readonly #folder: string;
  readonly #lockPath: string;
  readonly #inbox: string;
  readonly #onLaunch: (launch: Launch) => void;
  #watcher: FSWatcher | undefined;
  isHeld = false;

  constructor(userData: string, onLaunch: (launch: Launch) => void) {
    this.#folder = join(userData, 'standin-lock');
    this.#lockPath = join(this.#folder, 'pid');
    this.#inbox = join(this.#folder, 'inbox');
    this.#onLaunch = onLaunch;
  }

  acquire(launch: Launch): boolean {
    if (this.isHeld) return true;
    mkdirSync(this.#inbox, { recursive: true });
    for (;;) {
      try {
        writeFileSync(this.#lockPath, String(process.pid), { flag: 'wx' });
        break;
      } catch {
        if (this.#ownerIsAlive()) {
          this.#leave(launch);
          return false;
        }
        rmSync(this.#lockPath, { force: true });
      }
    }
    this.isHeld = true;
    this.#watcher = watch(this.#inbox, () => this.#read());
    this.#watcher.unref();
    process.on('exit', () => this.release());
    return true;
  }

  release(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.#watcher?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ownerIsAlive(): boolean {
    try {
      process.kill(Number(readFileSync(this.#lockPath, 'utf8')), 0);
      return true;
    } catch {
      return false;
    }
  }

  #leave(launch: Launch): void {
    const name = `${randomUUID()}.json`;
    writeFileSync(join(this.#folder, name), JSON.stringify(launch));
    renameSync(join(this.#folder, name), join(this.#inbox, name));
  }

  #read(): void {
    for (const name of readdirSync(this.#inbox).filter((each) => each.endsWith('.json'))) {
      const path = join(this.#inbox, name);
      try {
        const launch = JSON.parse(readFileSync(path, 'utf8')) as Launch;
        rmSync(path);
        this.#onLaunch(launch);
      } catch {
        // Read already by an earlier event.
      }
    }
  }
}
