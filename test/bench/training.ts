import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { BenchRow } from './main.ts';
import { workingProviders } from './providers.ts';
import { articleSpec, timeTrainingStep } from './training-step.ts';

const settings = [
  { baseChannels: 16, batch: 16, repeats: 15 },
  { baseChannels: 64, batch: 8, repeats: 7 },
] as const;
const sizePx = 64;

/** A training step over the three forward passes that its arithmetic comes to, and against PyTorch where it is. */
export async function benchTraining(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const gpus = (await workingProviders()).filter((provider) => provider !== 'cpu');
  for (const { baseChannels, batch, repeats } of settings) {
    const label = `base ${baseChannels}, batch ${batch}, ${sizePx} px`;
    const { stepMs, gradientMs, forwardMs } = await timeTrainingStep(
      articleSpec(baseChannels),
      batch,
      sizePx,
      repeats,
    );
    rows.push({
      name: `training step / three forward passes, ${label}`,
      value: stepMs / (3 * forwardMs),
      unit: 'ratio',
      goal: { atMost: 2 },
      detail: `step ${stepMs.toFixed(0)} ms, forward ${forwardMs.toFixed(0)} ms`,
    });
    for (const provider of gpus) {
      const gpu = await timeTrainingStep(articleSpec(baseChannels), batch, sizePx, repeats, provider);
      rows.push({
        name: `training step on the processor / on ${provider}, ${label}`,
        value: stepMs / gpu.stepMs,
        unit: 'ratio',
        detail: `${stepMs.toFixed(0)} / ${gpu.stepMs.toFixed(1)} ms`,
      });
      const rival = timePyTorch(baseChannels, batch, repeats, 'cuda');
      if (rival === undefined) continue;
      for (const [part, theirs, ours] of [
        ['forward pass', rival.forwardMs, gpu.forwardMs],
        ['training step', rival.stepMs, gpu.stepMs],
      ] as const) {
        rows.push({
          name: `PyTorch with CUDA / on ${provider} here, ${part}, ${label}`,
          value: theirs / ours,
          unit: 'ratio',
          detail: `PyTorch ${rival.version}: ${theirs.toFixed(1)} ms; here ${ours.toFixed(1)} ms`,
        });
      }
    }
    const torch = timePyTorch(baseChannels, batch, repeats, 'cpu');
    if (torch === undefined) continue;
    rows.push({
      name: `PyTorch forward + backward / the same here, ${label}`,
      value: torch.ms / gradientMs,
      unit: 'ratio',
      goal: { atLeast: 2.5 },
      detail: `PyTorch ${torch.version}, ${torch.threads} threads: ${torch.ms.toFixed(0)} ms; here ${gradientMs.toFixed(0)} ms`,
    });
  }
  return rows;
}

/** What test/bench/pytorch.py prints. */
interface PyTorchTimes {
  readonly version: string;
  readonly threads: number;
  /** Forward and backward. */
  readonly ms: number;
  readonly forwardMs: number;
  readonly stepMs: number;
}

function timePyTorch(baseChannels: number, batch: number, repeats: number, device: 'cpu' | 'cuda') {
  const script = join(process.cwd(), 'test/bench/pytorch.py');
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      const numbers = [baseChannels, batch, sizePx, repeats].map(String);
      const line = execFileSync(python, [script, ...numbers, device], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return JSON.parse(line) as PyTorchTimes;
    } catch {
      // No PyTorch there: the comparison is left out.
    }
  }
  return undefined;
}
