import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HostLauncher } from '../../electron/hosts/host-process.ts';
import type { FromHost } from '../../electron/hosts/messages.ts';

/** Runs a built host in plain Node, as Electron would in a utility process. */
export function forkLauncher(entry: string, configuration: unknown): HostLauncher {
  return ({ onMessage, onEnd }) => {
    const child = fork(
      fileURLToPath(new URL(`../../out/${entry}`, import.meta.url)),
      [JSON.stringify(configuration)],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        serialization: 'advanced',
        execArgv: [],
      },
    );
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
