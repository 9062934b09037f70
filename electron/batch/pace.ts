/** How fast a run comes along, from the work of the last while. Breaks do not count. */
export class Pace {
  readonly #now: () => number;
  /** Ends of the last photos, in milliseconds of work. */
  #ends: { readonly at: number; readonly bytes: number }[] = [];
  #startedAt: number;
  #breakSince: number | undefined;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#startedAt = now();
    this.#ends.push({ at: 0, bytes: 0 });
  }

  /** A photo was finished that took real work. */
  worked(bytes: number): void {
    this.#ends.push({ at: this.#workMs(), bytes });
    if (this.#ends.length > window) this.#ends.shift();
  }

  /** Work stops for a while, or goes on. */
  rest(isResting: boolean): void {
    if (isResting) this.#breakSince ??= this.#now();
    else if (this.#breakSince !== undefined) {
      this.#startedAt += this.#now() - this.#breakSince;
      this.#breakSince = undefined;
    }
  }

  /** Undefined before the first photos are done. */
  get photosPerMinute(): number | undefined {
    const span = this.#span();
    return span && (60_000 * span.photos) / span.ms;
  }

  /** Large photos take longer: what is left is measured by the size of the files. */
  secondsLeft(bytesLeft: number): number | undefined {
    const span = this.#span();
    return span && span.bytes > 0 ? (bytesLeft * span.ms) / span.bytes / 1000 : undefined;
  }

  #workMs(): number {
    return (this.#breakSince ?? this.#now()) - this.#startedAt;
  }

  #span(): { photos: number; bytes: number; ms: number } | undefined {
    const [first, ...rest] = this.#ends;
    const ms = (rest.at(-1)?.at ?? 0) - first.at;
    if (rest.length === 0 || ms <= 0) return undefined;
    return { photos: rest.length, bytes: rest.reduce((sum, { bytes }) => sum + bytes, 0), ms };
  }
}

/** Photos that tell the pace. */
const window = 40;
