import { SingleBar } from 'cli-progress';
import type { RestoreProgress } from '../engine/restore.ts';
import type { FailureRecord } from './failure.ts';

/** What is said of a photo that is done. */
export interface DonePhoto {
  readonly photo: string;
  readonly out: string;
  readonly provider: string;
  readonly flags: readonly string[];
  /** What a person should know of how it went, such as `invented-face`. */
  readonly notices: readonly string[];
  readonly regions: readonly {
    readonly rect: unknown;
    readonly damage: unknown;
    readonly words: string;
    readonly confidence: number;
  }[];
  /** Of the repair of a whole photo: measured noise (levels of 255), JPEG quality, and what was done about them. */
  readonly whole?: {
    readonly noise: number | null;
    readonly jpegQuality: number | null;
    readonly cleaned: boolean;
    /** 0..1; 0 where the tones were left as they are. */
    readonly fading: number;
  };
  readonly milliseconds: number;
}

/** Shows photos being restored: a bar on a terminal, lines elsewhere, JSON lines for programs. */
export class PhotoProgress {
  readonly #json: boolean;
  readonly #bar: SingleBar | undefined;

  constructor(json: boolean) {
    this.#json = json;
    this.#bar =
      !json && process.stderr.isTTY
        ? new SingleBar({
            format: '{bar} {value}/{total} tiles | {status}',
            stream: process.stderr,
            clearOnComplete: true,
          })
        : undefined;
  }

  start(photo: string): void {
    if (this.#json) this.#write({ event: 'start', photo });
    else this.#bar?.start(1, 0, { status: photo });
  }

  tiles(photo: string, { tilesDone, tiles, secondsLeft }: RestoreProgress): void {
    if (this.#json) {
      this.#write({ event: 'progress', photo, tilesDone, tiles, secondsLeft: secondsLeft ?? null });
      return;
    }
    this.#bar?.setTotal(tiles);
    const left = secondsLeft !== undefined && secondsLeft >= 2 ? `, ${Math.round(secondsLeft)} s left` : '';
    this.#bar?.update(tilesDone, { status: `${photo}${left}` });
  }

  done(done: DonePhoto): void {
    this.#bar?.stop();
    if (this.#json) {
      this.#write({ event: 'done', ...done });
      return;
    }
    process.stdout.write(
      `${done.photo} -> ${done.out} (${(done.milliseconds / 1000).toFixed(1)} s, ${done.provider})\n`,
    );
    for (const { words, confidence } of done.regions) {
      process.stdout.write(
        `  ${words}${confidence < 1 ? ` (${Math.round(100 * confidence)} % sure)` : ''}\n`,
      );
    }
    if (done.whole !== undefined) {
      const { noise, jpegQuality, cleaned, fading } = done.whole;
      const measured = [
        ...(noise === null ? [] : [`noise ${noise} of 255`]),
        ...(jpegQuality === null ? [] : [`JPEG quality ${jpegQuality}`]),
      ];
      const deed = cleaned ? 'cleaned' : 'clean enough';
      if (measured.length > 0) process.stdout.write(`  ${measured.join(', ')}: ${deed}\n`);
      if (fading > 0) process.stdout.write(`  faded (${Math.round(100 * fading)} %): put right\n`);
    }
    for (const flag of done.flags) process.stdout.write(`  note: ${flag}\n`);
  }

  failed(photo: string, failure: FailureRecord): void {
    this.#bar?.stop();
    if (this.#json) this.#write({ event: 'error', photo, ...failure });
    else
      process.stderr.write(
        `${photo}: ${failure.message} [${failure.code}]\n${failure.hint ? `  ${failure.hint}\n` : ''}`,
      );
  }

  #write(record: object): void {
    process.stdout.write(`${JSON.stringify(record)}\n`);
  }
}
