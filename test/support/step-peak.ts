import { readFileSync } from 'node:fs';
import { initialWeights, parametersOf } from '../../electron/training/parameters.ts';
import { type PresetName, planOf } from '../../electron/training/plan.ts';
import { initialState, Stepper } from '../../electron/training/stepper.ts';
import { trainingSession } from '../../electron/training/training-session.ts';

/* Takes one training step (preset, base channels, batch, parts) and says the most memory that the process had, in bytes. */
const [preset, ...numbers] = process.argv.slice(2);
const [baseChannels, batch, parts] = numbers.map(Number);
const plan = planOf(preset as PresetName, { baseChannels, batch });
const { spec, sizePx } = plan;
const parameters = parametersOf(spec);
const averaging = plan.averageDecay > 0;
const shape = { batch, height: sizePx, width: sizePx };
const stepper = await Stepper.create(
  { ...plan, ...shape, averaging, parts, session: trainingSession('cpu', 1) },
  initialState(parameters, initialWeights(parameters, 1), averaging),
);
const pixels = batch * sizePx * sizePx;
await stepper.run(
  {
    input: new Float32Array(pixels * spec.inputChannels).fill(0.5),
    target: new Float32Array(pixels * spec.outputChannels),
    pixelWeight: new Float32Array(pixels).fill(1 / pixels),
  },
  1e-6,
  0,
);
const status = readFileSync('/proc/self/status', 'utf8');
console.log(1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]));
