/** A seeded source of random numbers whose whole state is one uint32, so that a run can be resumed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** A whole number in [low, highExclusive). */
  integer(low: number, highExclusive: number): number;
  /** Standard normal: mean 0, variance 1. */
  normal(): number;
  /** The uint32 from which `restore` continues the same sequence. */
  state(): number;
  restore(state: number): void;
}

/** Scrambles a number to a uint32 (the finaliser of MurmurHash3), so that neighbouring seeds differ. */
function scramble(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** One seed made of several whole numbers: a run's seed and, say, an epoch and a sample number. */
export function combineSeeds(...parts: readonly number[]): number {
  let seed = 0x9e3779b9;
  for (const part of parts) seed = scramble(Math.imul(seed, 31) + scramble(part + 0x7f4a7c15));
  return seed;
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, passes gjrand; ample for data synthesis. */
export function createRandom(seed: number): Random {
  let state = scramble(seed);

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  }

  return {
    next,
    uniform: (low, high) => low + (high - low) * next(),
    integer: (low, highExclusive) => low + Math.floor((highExclusive - low) * next()),
    // Box-Muller; the sine twin is dropped, because keeping it would be a second piece of state.
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    state: () => state,
    restore: (saved) => {
      state = saved >>> 0;
    },
  };
}
