#!/usr/bin/env node
// Before anything that loads onnxruntime: it reads this once.
process.env.ORT_DISABLE_TELEMETRY = '1';

const { runCommandLine } = await import('./cli/program.ts');
await runCommandLine(process.argv);

export {};
