import { SingleBar } from 'cli-progress';
import type { RunProgress } from '../batch/run.ts';
import type { RunEnd, RunNews, RunPhoto } from '../hosts/batch/contract.ts';

/** Shows a batch: a bar on a terminal, lines for what went wrong, JSON lines for programs. */
export class BatchProgress {
  readonly #out: string;
  readonly #json: boolean;
  readonly #bar: SingleBar | undefined;
  #photos: readonly RunPhoto[] = [];

  constructor(out: string, json: boolean) {
    this.#out = out;
    this.#json = json;
    this.#bar =
      !json && process.stderr.isTTY
        ? new SingleBar({
            format: '{bar} {value}/{total} photos{status}',
            stream: process.stderr,
            clearOnComplete: true,
          })
        : undefined;
  }

  news(news: RunNews): void {
    switch (news.type) {
      case 'planned': {
        this.#photos = news.photos;
        const total = news.photos.length;
        const waiting = news.photos.filter(({ state }) => state === 'waiting').length;
        if (this.#json) this.#write({ event: 'planned', photos: total, waiting, out: this.#out });
        else this.#bar?.start(total, total - waiting, { status: '' });
        return;
      }
      case 'hold':
        if (this.#json) this.#write({ event: news.isHeld ? 'hold' : 'go', reason: news.reason });
        else if (news.isHeld && news.reason === 'disk-full')
          process.stderr.write('The disk is full: waiting for room.\n');
        return;
      case 'photo': {
        if (news.outcome === undefined) return;
        const photo = this.#photos[news.n]?.path;
        const { secondsLeft, photosPerMinute, counts, total } = news.progress;
        if (this.#json) {
          this.#write({ event: 'photo', photo, ...news.outcome, photosPerMinute, secondsLeft });
          return;
        }
        const { outcome } = news;
        if (outcome.state === 'failed')
          process.stderr.write(`${photo}: ${outcome.message} [${outcome.code}]\n`);
        this.#bar?.update(total - counts.waiting, { status: words(news.progress) });
      }
    }
  }

  stopping(): void {
    if (!this.#json) process.stderr.write('Stopping; --resume goes on later.\n');
  }

  end({ end, progress, reports }: RunEnd): void {
    this.#bar?.stop();
    if (this.#json) {
      this.#write({ event: end, ...progress, reports });
      return;
    }
    const { repaired, clean, exists, failed, skipped, waiting } = progress.counts;
    const parts = [
      `${repaired} repaired`,
      `${clean} in good order`,
      ...(exists > 0 ? [`${exists} there already`] : []),
      ...(skipped > 0 ? [`${skipped} skipped`] : []),
      `${failed} failed`,
      ...(waiting > 0 ? [`${waiting} not done`] : []),
    ];
    process.stdout.write(`${parts.join(', ')} -> ${this.#out}\n${reports.join('\n')}\n`);
  }

  close(): void {
    this.#bar?.stop();
  }

  #write(record: object): void {
    process.stdout.write(`${JSON.stringify(record)}\n`);
  }
}

function words({ photosPerMinute, secondsLeft }: RunProgress): string {
  const pace = photosPerMinute === undefined ? '' : ` | ${photosPerMinute.toFixed(1)} a minute`;
  const left = secondsLeft === undefined || secondsLeft < 2 ? '' : ` | ${duration(secondsLeft)} left`;
  return pace + left;
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
