import { fork, type Serializable } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

/** How a child ended. */
export interface ChildEnd {
  /** Its exit code or signal. */
  readonly detail: string;
  /** The end of its error output. */
  readonly lastWords: string;
}

/** A child process that answers messages. */
export interface ChildHandle {
  send(message: unknown): void;
  /** The latest listener hears every message. */
  onMessage(listener: (message: unknown) => void): void;
  kill(): void;
  /** Resolved once the process is gone and its error output complete. */
  readonly ended: Promise<ChildEnd>;
}

/** What a child said on its error output is kept up to this many characters. */
const lastWordsLength = 4000;

/** A child as plain Node starts it. */
export function forkChild(entryPath: string): ChildHandle {
  const child = fork(entryPath, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    // Keeps Float32Array, NaN and Infinity, which JSON does not.
    serialization: 'advanced',
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsLength);
  });
  let listener: (message: unknown) => void = () => {};
  child.on('message', (message) => listener(message));
  const ended = new Promise<ChildEnd>((resolve) => {
    const end = (detail: string) =>
      resolve({ detail, lastWords: stripVTControlCharacters(lastWords).trim() });
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(signal ?? `exit code ${code}`));
  });
  return {
    // A child that dies at once fails this too; its end says more.
    send: (message) => void child.send(message as Serializable, () => undefined),
    onMessage: (newListener) => {
      listener = newListener;
    },
    kill: () => void child.kill('SIGKILL'),
    ended,
  };
}
