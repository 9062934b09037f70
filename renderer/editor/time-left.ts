/** Work shorter than this shows no time. */
const quietSeconds = 1;
/** Less than this is over before it is read. */
const leastSeconds = 2;
/** The time may grow by this much at once, and by no more than `greatestGrowth` times the time gone by. */
const greatestRise = 3;
const greatestGrowth = 2;
const weightOfNews = 0.3;

/** Turns jumping estimates into a time left that people can trust: it counts down, and grows only slowly. */
export class TimeLeft {
  #seconds: number | undefined;
  #at = 0;

  /**
   * @param estimate seconds left as just reported; `null` where not known
   * @param elapsed seconds since the work began
   */
  report(estimate: number | null, elapsed: number): void {
    if (estimate === null || !Number.isFinite(estimate)) return;
    if (this.#seconds === undefined) {
      this.#seconds = estimate;
    } else {
      const gone = Math.max(0, elapsed - this.#at);
      const expected = Math.max(0, this.#seconds - gone);
      const rise = Math.min(greatestRise, greatestGrowth * gone);
      this.#seconds = Math.min(expected + weightOfNews * (estimate - expected), this.#seconds + rise);
    }
    this.#at = elapsed;
  }

  /** Seconds to show after so many seconds of work; undefined where none are to be shown. */
  shown(elapsed: number): number | undefined {
    if (this.#seconds === undefined || elapsed < quietSeconds) return undefined;
    const left = this.#seconds - Math.max(0, elapsed - this.#at);
    return left < leastSeconds ? undefined : left;
  }
}
