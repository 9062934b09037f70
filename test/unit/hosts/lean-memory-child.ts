import { getHeapSpaceStatistics } from 'node:v8';
import { keepYoungSpaceSmall, LeanMemory } from '../../../electron/hosts/batch/lean-memory.ts';

/* Makes objects as a program does that is being loaded, half of them to stay; prints the size of the space for young ones. */

const madeBytes = 64 << 20;

/** In a function of its own, so that no register of the program's top keeps them. */
function hold(pixels: Map<string, Uint8Array>): void {
  pixels.set('photo', new Uint8Array(madeBytes).fill(1));
}

if (process.argv[2] === 'small') keepYoungSpaceSmall();
const kept: number[][] = [];
for (let i = 0; i < 400_000; i++) {
  const numbers = [i, i + 0.5];
  if (i % 2 === 0) kept.push(numbers);
}
const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');

const memory = new LeanMemory();
const pixels = new Map<string, Uint8Array>();
hold(pixels);
const held = process.memoryUsage().arrayBuffers;
pixels.clear();
memory.collectThoroughly();
// Buffers are swept by a thread of their own, which may be a moment behind.
let givenBack = 0;
for (let turn = 0; turn < 100 && givenBack < madeBytes; turn++) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  givenBack = held - process.memoryUsage().arrayBuffers;
}
console.log(JSON.stringify({ youngBytes: young?.space_size, givenBack, kept: kept.length }));
