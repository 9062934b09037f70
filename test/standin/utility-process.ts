import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { app } from './app.ts';
import { deserialized, serialized } from './clone.ts';
import { guarded } from './unimplemented.ts';

interface ForkOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: string[];
  readonly cwd?: string;
  readonly serviceName?: string;
  readonly stdio?: ('ignore' | 'inherit' | 'pipe')[] | 'pipe' | 'ignore' | 'inherit';
}

const preload = new URL('./utility.js', import.meta.url).href;

/** A separate process of plain Node that looks like Electron's utility process to its program. */
class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  #isAlive = true;
  #isKilled = false;

  constructor(path: string, args: readonly string[], options: ForkOptions) {
    super();
    const stdio = Array.isArray(options.stdio) ? options.stdio : Array(3).fill(options.stdio ?? 'inherit');
    this.#child = fork(path, args, {
      stdio: [...stdio, 'ipc'],
      serialization: 'advanced',
      execArgv: ['--import', preload, ...(options.execArgv ?? [])],
      ...(options.env !== undefined && { env: options.env }),
      ...(options.cwd !== undefined && { cwd: options.cwd }),
    });
    this.#child.on('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', deserialized(message as Uint8Array)));
    this.#child.on('error', () => undefined);
    this.#child.on('exit', (code, signal) => {
      this.#isAlive = false;
      const name = options.serviceName ?? 'Node Utility Process';
      const crashed = signal !== null || code !== 0;
      if (crashed) {
        const reason = this.#isKilled || signal === 'SIGKILL' || signal === 'SIGTERM' ? 'killed' : 'crashed';
        const details = { type: 'Utility', name, serviceName: name, reason, exitCode: code ?? 1 };
        app.emit('child-process-gone', {}, details);
      }
      this.emit('exit', code ?? 1);
    });
  }

  get pid(): number | undefined {
    return this.#isAlive ? this.#child.pid : undefined;
  }

  get stdout() {
    return this.#child.stdout;
  }

  get stderr() {
    return this.#child.stderr;
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('NotImplementedInStandin: ports in UtilityProcess.postMessage');
    // Throws for what Electron could not clone, and sends as much as it would.
    const bytes = serialized(message);
    if (this.#isAlive) this.#child.send(bytes, () => undefined);
  }

  kill(): boolean {
    this.#isKilled = true;
    return this.#isAlive && this.#child.kill();
  }
}

export const utilityProcess = guarded('utilityProcess', {
  fork(path: string, args: readonly string[] = [], options: ForkOptions = {}) {
    if (!app.isReady()) throw new Error('utilityProcess cannot be created before app is ready');
    return guarded('UtilityProcess', new UtilityProcess(path, args, options));
  },
});
