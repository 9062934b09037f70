/** Lets others work (and a cancel be heard, by throwing) in the middle of a long work. */
export type Pause = () => Promise<void> | undefined;

/** Pauses this far apart are often enough for whoever waits. */
const leastApartMs = 50;

/** `pause`, but most often nothing: work can ask for one after each of its steps, however small they are. */
export function seldom(pause: () => Promise<void>): Pause {
  let last = performance.now();
  return () => {
    if (performance.now() - last < leastApartMs) return undefined;
    return pause().then(() => {
      last = performance.now();
    });
  };
}
