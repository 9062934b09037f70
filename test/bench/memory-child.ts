import { bundledTools, restoreFile } from './restore.ts';

/** Restores one file and prints the process's peak memory. */
const [path, to] = process.argv.slice(2);
const startedAt = performance.now();
await restoreFile(path, to, 512, bundledTools());
const seconds = (performance.now() - startedAt) / 1000;
console.log(JSON.stringify({ peakBytes: process.resourceUsage().maxRSS * 1024, seconds }));
