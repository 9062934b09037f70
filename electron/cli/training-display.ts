import { SingleBar } from 'cli-progress';
import type { TrainingEvent } from '../training/events.ts';
import type { LogRecord } from '../training/runs/run-log.ts';

/** Shows a training to a person (bar and lines) or a program (JSON lines). */
export class TrainingDisplay {
  readonly #json: boolean;
  readonly #bar: SingleBar | undefined;
  #hasBegun = false;

  constructor(json: boolean) {
    this.#json = json;
    this.#bar =
      !json && process.stderr.isTTY
        ? new SingleBar({
            format: '{bar} {percentage} % | {status}',
            stream: process.stderr,
            hideCursor: true,
          })
        : undefined;
  }

  scanning(done: number, total: number): void {
    if (this.#bar === undefined) return;
    if (done === 0) this.#bar.start(total, 0, { status: 'looking through the photos' });
    this.#bar.setTotal(total);
    this.#bar.update(done, { status: `looking through the photos, ${done} of ${total}` });
    if (done === total) this.#bar.stop();
  }

  event(event: TrainingEvent): void {
    if (event.kind !== 'step' || this.#bar === undefined) return;
    if (!this.#hasBegun) this.#bar.start(1000, 0, { status: 'starting' });
    this.#hasBegun = true;
    this.#bar.update(Math.round(1000 * event.progress), {
      status: `step ${event.step}, loss ${event.loss.toFixed(4)}, ${timeLeft(event.secondsLeft)} left`,
    });
  }

  /** A line of the log. */
  record(record: LogRecord): void {
    if (this.#json) process.stdout.write(`${JSON.stringify(record)}\n`);
    switch (record.event) {
      case 'library': {
        const skipped = record.skipped as readonly { path: string; message: string }[];
        this.say(
          `${record.photos} photos, ${record.duplicates} duplicates left out, ${skipped.length} unreadable`,
        );
        for (const { path, message } of skipped) this.say(`  not read: ${path}: ${message}`);
        return;
      }
      case 'validation':
        this.say(
          `step ${record.step}: validation ${Number(record.score).toFixed(3)} ` +
            `(start ${Number(record.startScore).toFixed(3)})${record.best ? ', best so far' : ''}`,
        );
        return;
      case 'notice':
        this.say(`note: ${JSON.stringify(record.notice)}`);
        return;
      case 'finished':
      case 'stopped':
        this.#bar?.stop();
        this.say(
          `${record.event} after ${record.step} steps, ${(Number(record.elapsedSeconds) / 60).toFixed(1)} min; ` +
            `best validation ${Number(record.bestScore).toFixed(3)} at step ${record.bestStep}`,
        );
    }
  }

  say(line: string): void {
    if (!this.#json) process.stderr.write(`${line}\n`);
  }
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
