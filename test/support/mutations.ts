import type { Random } from '../../electron/engine/pixels/random.ts';

/** A damaged copy of a file: flipped bits, a cut, swapped, repeated or wiped chunks, or a lying number. */
export function mutated(file: Uint8Array, random: Random): Uint8Array {
  const copy = new Uint8Array(file);
  const at = () => random.integer(0, copy.length);
  switch (random.integer(0, 6)) {
    case 0:
      for (let i = random.integer(1, 9); i > 0; i--) copy[at()] ^= 1 << random.integer(0, 8);
      return copy;
    case 1:
      return copy.subarray(0, at());
    case 2: {
      const length = random.integer(1, Math.max(2, copy.length >> 2));
      const [a, b] = [at(), at()].map((start) => Math.min(start, copy.length - length));
      const chunk = copy.slice(a, a + length);
      copy.copyWithin(a, b, b + length);
      copy.set(chunk, b);
      return copy;
    }
    case 3: {
      const start = at();
      copy.fill(random.next() < 0.5 ? 0 : 0xff, start, start + random.integer(1, 64));
      return copy;
    }
    case 4: {
      // Early bytes hold lengths and counts.
      const early = Math.min(copy.length, 200);
      for (let i = random.integer(1, 5); i > 0; i--) copy[random.integer(0, early)] = random.integer(0, 256);
      return copy;
    }
    default: {
      const start = at();
      return Uint8Array.from([...copy.subarray(0, start), ...copy.subarray(Math.max(0, start - 50))]);
    }
  }
}
