import { benchApp } from './app.ts';
import { benchBatch } from './batch.ts';
import { benchLibrary } from './library.ts';
import { benchMemory } from './memory.ts';
import { benchModels } from './models.ts';
import { benchRestore } from './restore.ts';
import { benchTraining } from './training.ts';
import { benchTrainingApp } from './training-app.ts';

/** One line of the report: a ratio of two times (or a size) measured in this run, and what is aimed at. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ratio' | 'GiB' | 'ms';
  /** Aim: at most, or at least, this; times have none, since they depend on the machine. */
  readonly goal?: { readonly atMost: number } | { readonly atLeast: number };
  readonly detail: string;
}

const only = process.argv[2];
const rows: BenchRow[] = [];
for (const [name, bench] of [
  ['training', benchTraining],
  ['library', benchLibrary],
  ['restore', benchRestore],
  ['memory', benchMemory],
  ['models', benchModels],
  ['batch', benchBatch],
  ['app', benchApp],
  ['training-app', benchTrainingApp],
] as const) {
  if (only === undefined || only === name) rows.push(...(await bench()));
}
for (const { name, value, unit, goal, detail } of rows) {
  const number = unit === 'ratio' ? value.toFixed(2) : `${value.toFixed(unit === 'ms' ? 0 : 2)} ${unit}`;
  console.log(`${verdict(value, goal)} ${name.padEnd(58)} ${number}${aim(goal)} | ${detail}`);
}

function verdict(value: number, goal: BenchRow['goal']): string {
  if (goal === undefined) return '    ';
  return ('atMost' in goal ? value <= goal.atMost : value >= goal.atLeast) ? 'ok  ' : 'MISS';
}

function aim(goal: BenchRow['goal']): string {
  if (goal === undefined) return '';
  return 'atMost' in goal ? ` (at most ${goal.atMost})` : ` (at least ${goal.atLeast})`;
}
