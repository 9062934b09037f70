import { fork } from 'node:child_process';
import type { HostLauncher } from './host-process.ts';
import type { FromHost } from './messages.ts';

/**
 * Runs a built host in plain Node, as Electron does in a utility process.
 * @param path of its program
 */
export function forkLauncher(path: string, configuration: unknown): HostLauncher {
  return ({ onMessage, onEnd }) => {
    const child = fork(path, [JSON.stringify(configuration)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
      // One heap for each thread that decodes or encodes would keep what the largest photo needed in each of them.
      env: { MALLOC_ARENA_MAX: '2', ...process.env },
      // Ctrl-C is for whoever started it; it ends when the line to that process is cut.
      detached: process.platform !== 'win32',
    });
    child.on('message', (message) => onMessage(message as FromHost));
    child.on('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`));
    child.on('error', () => undefined);
    return {
      pid: child.pid,
      post: (message) => void child.send(message, () => undefined),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
