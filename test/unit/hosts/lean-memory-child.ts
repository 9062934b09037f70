import { getHeapSpaceStatistics } from 'node:v8';
import { keepYoungSpaceSmall, LeanMemory } from '../../../electron/hosts/batch/lean-memory.ts';

/* Makes objects as a program does that is being loaded, half of them to stay; prints the size of the space for young ones. */

if (process.argv[2] === 'small') keepYoungSpaceSmall();
const kept: number[][] = [];
for (let i = 0; i < 400_000; i++) {
  const numbers = [i, i + 0.5];
  if (i % 2 === 0) kept.push(numbers);
}
const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');

const memory = new LeanMemory();
let pixels: Uint8Array | undefined = new Uint8Array(64 << 20).fill(1);
const held = process.memoryUsage().arrayBuffers;
pixels = undefined;
memory.collect();
const givenBack = held - process.memoryUsage().arrayBuffers;
console.log(JSON.stringify({ youngBytes: young?.space_size, givenBack, kept: kept.length, pixels }));
