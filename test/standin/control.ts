/*
 * The line to a test that started the stand-in: scripted answers, recorded calls, events that only a system can cause.
 */
export interface ControlRequest {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

interface Recorded {
  readonly name: string;
  readonly argument: unknown;
}

const recorded: Recorded[] = [];
const answers = new Map<string, unknown[]>();
const waiting = new Map<string, ((answer: unknown) => void)[]>();
const commands = new Map<string, (argument: never) => unknown>();

/** Whether a test holds the other end; without one a person does. */
export const isScripted = process.send !== undefined;

/** Remembers a call that has no effect outside Electron. */
export function record(name: string, argument: unknown): void {
  recorded.push({ name, argument: plain(argument) });
}

/** The next scripted answer to a question; waits until there is one. */
export function scriptedAnswer(name: string, argument: unknown): Promise<unknown> {
  record(name, argument);
  const queue = answers.get(name) ?? [];
  if (queue.length > 0) return Promise.resolve(queue.shift());
  return new Promise((resolve) => waiting.set(name, [...(waiting.get(name) ?? []), resolve]));
}

/** Lets tests do what only a person or the system could. */
export function onCommand<Argument>(command: string, run: (argument: Argument) => unknown): void {
  commands.set(command, run as (argument: never) => unknown);
}

onCommand('answer', ({ name, answer }: { name: string; answer: unknown }) => {
  const first = waiting.get(name)?.shift();
  if (first !== undefined) first(answer);
  else answers.set(name, [...(answers.get(name) ?? []), answer]);
});
onCommand('calls', (name: string) =>
  recorded.filter((call) => call.name === name).map(({ argument }) => argument),
);

process.on('message', (request: ControlRequest) => {
  const { id, command, argument } = request;
  void (async () => {
    try {
      const run = commands.get(command);
      if (run === undefined) throw new Error(`no such command: ${command}`);
      process.send?.({ id, value: plain(await run(argument as never)) });
    } catch (error) {
      process.send?.({ id, error: String(error) });
    }
  })();
});
// Whoever holds the other end is gone.
if (isScripted) process.on('disconnect', () => process.exit(0));

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
