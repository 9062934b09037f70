import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { createRandom } from '../../electron/engine/pixels/random.ts';
import { encodeModel } from '../../electron/onnx/encode.ts';
import { channelBlock } from '../../electron/training/channel-block.ts';
import { weightFeeds } from '../../electron/training/forward-pass.ts';
import { gradientModel } from '../../electron/training/graph/step.ts';
import { initialWeights, parametersOf } from '../../electron/training/parameters.ts';
import { type PresetName, planOf } from '../../electron/training/plan.ts';

/*
 * Where forward + backward spend their time on the processor, by operator of ONNX Runtime:
 * node build/run.mjs test/bench/step-profile.ts PRESET BASE STAGES BATCH SIZE [THREADS] [plain]
 * Of every node the least time of several runs counts, so that what else the machine does hardly disturbs; `plain` is
 * the graph without blocks of channels.
 */

const runs = 8;

/** What ONNX Runtime writes down of a call of an operator. */
interface ProfiledCall {
  readonly cat: string;
  readonly name: string;
  /** Microseconds. */
  readonly dur: number;
  readonly args: { readonly op_name: string };
}

const [preset, ...rest] = process.argv.slice(2);
const [baseChannels, stages, batch, sizePx, threads] = rest.map(Number);
const { spec: usual, loss } = planOf(preset as PresetName, { baseChannels });
const spec = { ...usual, stages };
const executionProviders = ['cpu'];
const block = rest.includes('plain') ? undefined : await channelBlock({ executionProviders });
const shape = { batch, height: sizePx, width: sizePx, channelBlock: block };

const random = createRandom(1);
const image = (channels: number, make: () => number) =>
  new ort.Tensor('float32', Float32Array.from({ length: batch * channels * sizePx ** 2 }, make), [
    batch,
    channels,
    sizePx,
    sizePx,
  ]);
const feeds = {
  ...weightFeeds(spec, initialWeights(parametersOf(spec), 1)),
  input: image(spec.inputChannels, () => random.uniform(-1, 1)),
  target: image(spec.outputChannels, () => random.integer(0, 2)),
  pixelWeight: image(1, () => 1 / (batch * spec.outputChannels * sizePx ** 2)),
};

const folder = mkdtempSync(join(tmpdir(), 'photomend-profile-'));
const session = await ort.InferenceSession.create(encodeModel(gradientModel(spec, loss, shape)), {
  executionProviders,
  enableProfiling: true,
  profileFilePrefix: join(folder, 'step'),
  ...(threads > 0 && { intraOpNumThreads: threads }),
});
const times: number[] = [];
for (let i = 0; i < runs; i++) {
  const startedAt = performance.now();
  await session.run(feeds);
  times.push(performance.now() - startedAt);
}
session.endProfiling();
const [file] = readdirSync(folder);
const calls: ProfiledCall[] = JSON.parse(readFileSync(join(folder, file), 'utf8'));
rmSync(folder, { recursive: true });

const least = new Map<string, ProfiledCall>();
for (const call of calls) {
  if (call.cat !== 'Node' || !call.name.endsWith('_kernel_time')) continue;
  if (call.dur < (least.get(call.name)?.dur ?? Number.POSITIVE_INFINITY)) least.set(call.name, call);
}
const byOperator = new Map<string, number>();
for (const { args, dur } of least.values()) {
  byOperator.set(args.op_name, (byOperator.get(args.op_name) ?? 0) + dur / 1000);
}
const total = [...byOperator.values()].reduce((sum, ms) => sum + ms, 0);
console.log(
  `${total.toFixed(0)} ms in ${least.size} nodes; the fastest run ${Math.min(...times).toFixed(0)} ms`,
);
for (const [operator, ms] of [...byOperator].sort((a, b) => b[1] - a[1]).slice(0, 14)) {
  console.log(`${ms.toFixed(1).padStart(8)} ms ${((100 * ms) / total).toFixed(0).padStart(3)} % ${operator}`);
}
