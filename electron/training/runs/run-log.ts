import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingEvent, TrainingNotice } from '../events.ts';

const logName = 'log.jsonl';
/** Steps are averaged over at most this many before they are written down. */
const stepsPerLine = 25;
/** More points than a chart has pixels show nothing more. */
const mostPoints = 2000;

export type LogRecord = Readonly<Record<string, unknown>>;

/** Keeps `log.jsonl`. A full disk costs a part of the curves and nothing else. */
export class RunLog {
  readonly #path: string;
  readonly #onRecord: (record: LogRecord) => void;
  #losses: number[] = [];

  constructor(folder: string, onRecord: (record: LogRecord) => void = () => {}) {
    this.#path = join(folder, logName);
    this.#onRecord = onRecord;
  }

  event(event: TrainingEvent): void {
    const { kind, ...data } = event;
    if (event.kind !== 'step') {
      this.write({ event: kind, ...data });
      return;
    }
    this.#losses.push(event.loss);
    // The first steps fall fastest and must not be averaged away.
    if (event.step > 2 * stepsPerLine && event.step % stepsPerLine !== 0) return;
    const loss = this.#losses.reduce((sum, value) => sum + value, 0) / this.#losses.length;
    this.#losses = [];
    this.write({ event: 'step', ...data, loss });
  }

  write(record: LogRecord): void {
    try {
      appendFileSync(this.#path, `${JSON.stringify(record)}\n`);
    } catch {
      // Told where checkpoints are saved.
    }
    this.#onRecord(record);
  }
}

/** The curves of a run, ready to be drawn. */
export interface Curves {
  readonly training: { readonly step: number[]; readonly loss: number[]; readonly rate: number[] };
  readonly validation: {
    readonly step: number[];
    readonly error: number[];
    readonly score: number[];
    readonly startScore: number[];
  };
  readonly notices: { readonly step: number; readonly notice: TrainingNotice }[];
}

/** Reads the curves; what a resume computed anew replaces what it went back behind. */
export async function readCurves(folder: string): Promise<Curves> {
  const curves: Curves = {
    training: { step: [], loss: [], rate: [] },
    validation: { step: [], error: [], score: [], startScore: [] },
    notices: [],
  };
  const text = await readFile(join(folder, logName), 'utf8').catch(() => '');
  let step = 0;
  for (const line of text.split('\n')) {
    const record = parse(line);
    if (record === undefined) continue;
    if (record.event === 'step') {
      step = Number(record.step);
      cutFrom(curves.training, step);
      curves.training.step.push(step);
      curves.training.loss.push(Number(record.loss));
      curves.training.rate.push(Number(record.learningRate));
    } else if (record.event === 'validation') {
      step = Number(record.step);
      cutFrom(curves.validation, step);
      curves.validation.step.push(step);
      curves.validation.error.push(Number(record.error));
      curves.validation.score.push(Number(record.score));
      curves.validation.startScore.push(Number(record.startScore));
    } else if (record.event === 'notice') {
      curves.notices.push({ step, notice: record.notice as TrainingNotice });
    }
  }
  thin(curves.training);
  thin(curves.validation);
  return curves;
}

function parse(line: string): Record<string, unknown> | undefined {
  if (line === '') return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    // The last line of a process that was killed.
    return undefined;
  }
}

function cutFrom(columns: Record<string, number[]>, step: number): void {
  const steps = columns.step;
  let keep = steps.length;
  while (keep > 0 && steps[keep - 1] >= step) keep--;
  for (const column of Object.values(columns)) column.length = keep;
}

/** Means of neighbours, so that no curve is longer than it can be drawn. */
function thin(columns: Record<string, number[]>): void {
  const group = Math.ceil(columns.step.length / mostPoints);
  if (group <= 1) return;
  for (const [name, column] of Object.entries(columns)) {
    const means: number[] = [];
    for (let i = 0; i < column.length; i += group) {
      const part = column.slice(i, i + group);
      means.push(
        name === 'step' ? part[part.length - 1] : part.reduce((sum, value) => sum + value, 0) / part.length,
      );
    }
    column.splice(0, column.length, ...means);
  }
}
