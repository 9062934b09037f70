import { type ChildProcess, spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

/** What stopping a process takes; tests put other parts in their place. */
export interface StandstillParts {
  readonly platform: NodeJS.Platform;
  readonly signal: (pid: number, name: 'SIGSTOP' | 'SIGCONT') => void;
  readonly priority: (pid: number, priority: number) => void;
  /** Starts a process that lets `pid` go on when this process is gone. */
  readonly guard: (pid: number) => Pick<ChildProcess, 'once' | 'stdin'>;
  readonly now: () => number;
}

/**
 * Longer than nearly all repairs of a region, and short enough for everything that the process must hear meanwhile.
 * Then it goes on, to the end of its step, and waits there as it was told.
 */
const mostMs = 20_000;

const systemParts: StandstillParts = {
  platform: process.platform,
  signal: (pid, name) => process.kill(pid, name),
  priority: setPriority,
  guard: startGuard,
  now: () => performance.now(),
};

/**
 * Makes a process stand still, in the middle of native code too, and go on. The system does it with signals. A stopped
 * process does not notice that whoever stopped it is gone, so a guard does: a shell that waits for the end of a pipe
 * which ends with this process, however it ends. Windows has no such signals; there the process gets the lowest
 * priority, with which it runs on cores that nobody else wants. No standstill lasts longer than some seconds.
 */
export class Standstill {
  readonly #pid: number;
  readonly #parts: StandstillParts;
  #guard: ReturnType<StandstillParts['guard']> | undefined;
  #since: number | undefined;
  #stoodMs = 0;
  #timer: NodeJS.Timeout | undefined;
  /** It stood still as long as it may, and was not told to go on since. */
  #isSpent = false;
  #isOver = false;

  constructor(pid: number, parts: StandstillParts = systemParts) {
    this.#pid = pid;
    this.#parts = parts;
    if (parts.platform === 'win32') return;
    const guard = parts.guard(pid);
    this.#guard = guard;
    const lost = () => {
      this.#guard = undefined;
      this.goOn();
    };
    guard.once('exit', lost);
    guard.once('error', lost);
  }

  get pid(): number {
    return this.#pid;
  }

  get isStanding(): boolean {
    return this.#since !== undefined;
  }

  stop(): void {
    if (this.#isOver || this.#isSpent || this.#since !== undefined) return;
    if (this.#parts.platform === 'win32') {
      this.#set(() => this.#parts.priority(this.#pid, constants.priority.PRIORITY_LOW));
      return;
    }
    if (this.#guard === undefined) return;
    if (!this.#set(() => this.#parts.signal(this.#pid, 'SIGSTOP'))) return;
    this.#since = this.#parts.now();
    this.#timer = setTimeout(() => {
      this.#isSpent = true;
      this.#wake();
    }, mostMs);
  }

  /** Milliseconds that it has stood still since this was last asked. */
  takeStoodMs(): number {
    this.#count();
    const stoodMs = this.#stoodMs;
    this.#stoodMs = 0;
    return stoodMs;
  }

  #count(): void {
    if (this.#since === undefined) return;
    const now = this.#parts.now();
    this.#stoodMs += now - this.#since;
    this.#since = now;
  }

  goOn(): void {
    if (this.#parts.platform === 'win32' && !this.#isOver) {
      this.#set(() => this.#parts.priority(this.#pid, constants.priority.PRIORITY_BELOW_NORMAL));
    }
    this.#isSpent = false;
    this.#wake();
  }

  #wake(): void {
    clearTimeout(this.#timer);
    if (this.#since === undefined) return;
    this.#count();
    this.#since = undefined;
    this.#set(() => this.#parts.signal(this.#pid, 'SIGCONT'));
  }

  /** Lets it go on for good; to be called ahead of ending it as well, which a stopped process would not notice. */
  end(): void {
    this.goOn();
    this.#isOver = true;
    // A line is the sign that nothing is left to do.
    this.#guard?.stdin?.end('over\n');
    this.#guard = undefined;
  }

  /** Whether it could be done: the process may have ended meanwhile, and some systems do not allow it. */
  #set(change: () => void): boolean {
    try {
      change();
      return true;
    } catch {
      return false;
    }
  }
}

/** Costs a megabyte and no time. Of its own session, so that it outlives what ends this process's group. */
function startGuard(pid: number): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r over || kill -CONT "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // It may have ended before it is told to.
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  return guard;
}
