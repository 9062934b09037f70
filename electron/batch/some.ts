/** So many are tried before a whole folder is repaired. */
export const tries = 3;

/** A few of many, spread over all of them. */
export function someOf<T>(all: readonly T[], count = tries): T[] {
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, i) => i % step === 0).slice(0, count);
}
