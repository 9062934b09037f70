import { benchApp } from './app.ts';
import { benchMemory } from './memory.ts';
import { benchRestore } from './restore.ts';
import { benchTraining } from './training.ts';

/** One line of the report: a ratio of two times (or a size) measured in this run, and what is aimed at. */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ratio' | 'GiB';
  /** Aim: at most, or at least, this. */
  readonly goal: { readonly atMost: number } | { readonly atLeast: number };
  readonly detail: string;
}

const only = process.argv[2];
const rows: BenchRow[] = [];
for (const [name, bench] of [
  ['training', benchTraining],
  ['restore', benchRestore],
  ['memory', benchMemory],
  ['app', benchApp],
] as const) {
  if (only === undefined || only === name) rows.push(...(await bench()));
}
for (const { name, value, unit, goal, detail } of rows) {
  const aim = 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;
  const met = 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
  console.log(
    `${met ? 'ok  ' : 'MISS'} ${name.padEnd(58)} ${value.toFixed(2)} ${unit === 'GiB' ? 'GiB ' : ''}(${aim}) | ${detail}`,
  );
}
