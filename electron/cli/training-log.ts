import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { SingleBar } from 'cli-progress';
import type { LibraryScan } from '../training/dataset/library.ts';
import type { TrainingEvent, TrainingResult } from '../training/trainer.ts';

/** Steps are averaged over this many before they are written down. */
const stepsPerLine = 25;

/** Shows a training to a person (bar and lines) or a program (JSON lines), and keeps `log.jsonl` for the curves. */
export class TrainingLog {
  readonly #folder: string;
  readonly #json: boolean;
  readonly #bar: SingleBar | undefined;
  #losses: number[] = [];

  constructor(folder: string, json: boolean) {
    this.#folder = folder;
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
    this.#bar.update(done, { status: `looking through the photos, ${done} of ${total}` });
    if (done === total) this.#bar.stop();
  }

  scanned(scan: LibraryScan): void {
    const { photos, skipped, duplicates } = scan;
    this.#write({ event: 'library', photos: photos.length, skipped, duplicates });
    this.#say(`${photos.length} photos, ${duplicates} duplicates left out, ${skipped.length} unreadable`);
    for (const { path, message } of skipped) this.#say(`  not read: ${path}: ${message}`);
    this.#bar?.start(1000, 0, { status: 'starting' });
  }

  event(event: TrainingEvent): void {
    switch (event.kind) {
      case 'step': {
        this.#losses.push(event.loss);
        this.#bar?.update(Math.round(1000 * event.progress), {
          status: `step ${event.step}, loss ${event.loss.toFixed(4)}, ${timeLeft(event.secondsLeft)} left`,
        });
        if (event.step % stepsPerLine !== 0) return;
        const loss = this.#losses.reduce((sum, value) => sum + value, 0) / this.#losses.length;
        this.#losses = [];
        this.#write({ event: 'step', ...event, loss });
        return;
      }
      case 'validation':
        this.#write({ event: 'validation', ...event });
        this.#say(
          `step ${event.step}: validation ${event.score.toFixed(3)} (start ${event.startScore.toFixed(3)})` +
            `${event.best ? ', best so far' : ''}`,
        );
        return;
      case 'checkpoint':
        this.#write({ event: 'checkpoint', step: event.step });
        return;
    }
  }

  finished(result: TrainingResult): void {
    this.#bar?.stop();
    const { weights: _, ...summary } = result;
    this.#write({ event: result.finished ? 'finished' : 'stopped', ...summary });
    this.#say(
      `${result.finished ? 'finished' : 'stopped'} after ${result.step} steps, ` +
        `${(result.elapsedSeconds / 60).toFixed(1)} min; validation ${result.validation.score.toFixed(3)}, ` +
        `best ${result.bestScore.toFixed(3)} at step ${result.bestStep}`,
    );
  }

  #say(line: string): void {
    if (!this.#json) process.stderr.write(`${line}\n`);
  }

  #write(record: Readonly<Record<string, unknown>>): void {
    const line = `${JSON.stringify(record)}\n`;
    appendFileSync(join(this.#folder, 'log.jsonl'), line);
    if (this.#json) process.stdout.write(line);
  }
}

function timeLeft(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
