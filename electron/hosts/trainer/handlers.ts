import { AppError } from '../../engine/errors.ts';
import { roleOf } from '../../engine/models/adapters/by-name.ts';
import { createRandom } from '../../engine/pixels/random.ts';
import type { LibraryPhoto } from '../../training/dataset/library.ts';
import { scanLibrary } from '../../training/dataset/library.ts';
import type { TrainingEvent } from '../../training/events.ts';
import { importWeights } from '../../training/import-weights.ts';
import { isOutOfMemory, memoryNeeded, partsWithin, smallerSetup } from '../../training/memory.ts';
import { adapterOf } from '../../training/model-folder.ts';
import type { TrainingPlan } from '../../training/plan.ts';
import { executeRun } from '../../training/runs/execute.ts';
import { trainingFolders } from '../../training/runs/run-folder.ts';
import { RunLog } from '../../training/runs/run-log.ts';
import { measureSpeed } from '../../training/speed.ts';
import type { EngineConfiguration } from '../engine/contract.ts';
import { Toolbox } from '../engine/toolbox.ts';
import type { CallContext, HostHandlers } from '../serve.ts';
import type { MeasuredSpeed, TrainerMethods, TrainingReport } from './contract.ts';
import { judgeRun } from './judging.ts';
import { Pace } from './pace.ts';

/** Steps are told about at most this often. */
const reportEveryMs = 250;

/** What the trainer's process can do. It has networks and devices of its own, never the engine's. */
export function trainerHandlers(configuration: EngineConfiguration): HostHandlers<TrainerMethods> {
  const toolbox = new Toolbox(configuration);
  const { index } = trainingFolders(configuration.userDataFolder);
  const pace = new Pace();
  let scanned: readonly LibraryPhoto[] = [];
  let current:
    | { readonly stop: AbortController; readonly kill: AbortController; readonly ended: Promise<unknown> }
    | undefined;

  /** The model in use for what a plan trains, where it takes the same input. */
  async function currentModel({ preset }: TrainingPlan): Promise<string | undefined> {
    const { adapter, damage } = adapterOf(preset);
    const entry = await toolbox.registry.forDamage(damage[0], roleOf(adapter));
    return entry?.manifest.adapter === adapter ? entry.modelPath : undefined;
  }

  async function train(
    folder: string,
    signal: AbortSignal,
    killed: AbortSignal,
    call: CallContext<TrainingReport>,
  ): Promise<{ finished: boolean }> {
    const isOver = () => signal.aborted;
    const { run, result, provider, test } = await executeRun(folder, {
      indexFolder: index,
      log: new RunLog(folder),
      pickProvider: async (wanted) => {
        const picked = await toolbox.provider(wanted);
        call.progress({ kind: 'provider', provider: picked });
        return picked;
      },
      currentModel,
      signal,
      turn: (save) => pace.turn(isOver, save),
      takeStoodMs: () => pace.takeStoodMs(),
      onScan: throttled((done, total) => call.progress({ kind: 'scan', done, total })),
      onEvent: reporter(call),
    });
    // A run that was ended early by the person is judged as it is.
    if (killed.aborted || (!result.finished && !signal.aborted)) return { finished: false };
    await judgeRun({
      folder,
      preset: run.plan.preset,
      photos: test,
      provider,
      toolbox,
      signal: killed,
      turn: () => pace.turn(() => killed.aborted),
      onProgress: (done, total) => call.progress({ kind: 'judging', done, total }),
    });
    return { finished: true };
  }

  return {
    scan: async ({ folders, excluded }, { signal, progress }) => {
      const scan = await scanLibrary(folders, {
        indexFolder: index,
        excluded,
        signal,
        onProgress: throttled((done, total) => progress({ done, total })),
      });
      scanned = scan.photos;
      return { ...scan, photos: scan.photos.length };
    },

    sample: async ({ seed, count }) => {
      const random = createRandom(seed);
      const chosen = new Set<number>();
      while (chosen.size < Math.min(count, scanned.length)) chosen.add(random.integer(0, scanned.length));
      return [...chosen].map((i) => scanned[i].path);
    },

    measure: async ({ plan: asked, startWeights, provider: wanted, threads, memoryBytes }) => {
      const plan =
        startWeights === null ? asked : { ...asked, spec: (await importWeights(startWeights)).spec };
      const provider = await toolbox.provider(wanted);
      const batchNorm = plan.spec.batchNorm || plan.spec.family !== 'photomend';
      return { ...(await measureWithin(plan, provider, threads, memoryBytes)), batchNorm };
    },

    train: async ({ folder }, call) => {
      if (current !== undefined) {
        throw new AppError('train/already-running', 'A training is running already.', {
          hint: 'Pause or finish it first.',
        });
      }
      const stop = new AbortController();
      const kill = new AbortController();
      const running = train(folder, stop.signal, kill.signal, call);
      current = { stop, kill, ended: running.catch(() => undefined) };
      try {
        return await running;
      } finally {
        current = undefined;
      }
    },

    hold: async (hold) => {
      pace.set(hold);
      return null;
    },

    finish: async () => {
      current?.stop.abort('finish');
      pace.wake();
      return null;
    },

    stop: async () => {
      current?.kill.abort();
      current?.stop.abort('at-once');
      pace.wake();
      await current?.ended;
      return null;
    },
  };
}

async function measureWithin(
  plan: TrainingPlan,
  provider: MeasuredSpeed['provider'],
  threads: number,
  memoryBytes: number,
): Promise<Omit<MeasuredSpeed, 'batchNorm'>> {
  let parts = provider === 'cpu' ? partsWithin(plan, memoryBytes) : 1;
  for (;;) {
    const smaller = smallerSetup({ device: 'cpu', parts }, plan)?.setup;
    try {
      const speed = await measureSpeed(plan, provider, threads, parts);
      if (speed.memoryBytes <= memoryBytes || smaller === undefined) {
        // Steps alone do not show what saving and judging take.
        const needed = provider === 'cpu' ? memoryNeeded(plan, parts) : 0;
        return { ...speed, memoryBytes: Math.max(speed.memoryBytes, needed), parts };
      }
    } catch (error) {
      if (!isOutOfMemory(error) || smaller === undefined) throw error;
    }
    parts = smaller.parts;
  }
}

/** Reports all events, but of steps only some. */
function reporter(call: CallContext<TrainingReport>): (event: TrainingEvent) => void {
  let last = 0;
  return (event) => {
    if (event.kind === 'step') {
      const now = performance.now();
      if (now - last < reportEveryMs) return;
      last = now;
    }
    call.progress(event);
  };
}

function throttled(tell: (done: number, total: number) => void): (done: number, total: number) => void {
  let last = 0;
  return (done, total) => {
    const now = performance.now();
    if (now - last < reportEveryMs && done < total) return;
    last = now;
    tell(done, total);
  };
}
