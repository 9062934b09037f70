import { stripVTControlCharacters } from 'node:util';
import { type UtilityProcess, utilityProcess } from 'electron';
import type { ChildEnd, ChildHandle } from '../engine/runtime/child-process.ts';
import type { HostLauncher } from '../hosts/host-process.ts';
import type { FromHost } from '../hosts/messages.ts';

/** Runs a host's built program in a utility process, which may crash without taking the app along. */
export function hostLauncher(entryPath: string, serviceName: string, configuration: unknown): HostLauncher {
  return ({ onMessage, onEnd }) => {
    const child = utilityProcess.fork(entryPath, [JSON.stringify(configuration)], {
      serviceName,
      stdio: ['ignore', 'inherit', 'pipe'],
      env: childEnvironment(),
    });
    const words = lastWordsOf(child);
    let isAlive = true;
    child.on('message', (message: FromHost) => onMessage(message));
    child.on('exit', (code) => {
      // Posting from here on would end the main process (electron#53923).
      isAlive = false;
      onEnd(`exit code ${code} ${words()}`.trim());
    });
    return {
      get pid() {
        return child.pid;
      },
      post: (message) => {
        if (isAlive) child.postMessage(message);
      },
      kill: () => {
        if (isAlive) child.kill();
      },
    };
  };
}

/** As `forkChild` of the engine, for inside Electron. */
export function utilityChild(entryPath: string): ChildHandle {
  const child = utilityProcess.fork(entryPath, [], {
    serviceName: 'Photomend test of native code',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: childEnvironment(),
  });
  const words = lastWordsOf(child);
  let isAlive = true;
  let listener: (message: unknown) => void = () => {};
  child.on('message', (message: unknown) => listener(message));
  const ended = new Promise<ChildEnd>((resolve) => {
    child.on('exit', (code) => {
      isAlive = false;
      resolve({ detail: `exit code ${code}`, lastWords: words() });
    });
  });
  return {
    send: (message) => {
      if (isAlive) child.postMessage(message);
    },
    onMessage: (newListener) => {
      listener = newListener;
    },
    kill: () => {
      if (isAlive) child.kill();
    },
    ended,
  };
}

/** The end of a child's error output, which is also shown on our own. */
function lastWordsOf(child: UtilityProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-4000);
    process.stderr.write(chunk);
  });
  return () => stripVTControlCharacters(text).trim();
}

function childEnvironment(): Record<string, string> {
  const known = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(known), ORT_DISABLE_TELEMETRY: '1' };
}
