import { join } from 'node:path';
import type { BrowserWindow, Dialog, OpenDialogOptions, OpenDialogReturnValue } from 'electron';
import type { RequestHandlers } from '../../ipc/router.ts';
import type { TrainingChoices } from '../../ipc/training.ts';
import type { trainingRequestNames } from '../../ipc/training-channels.ts';
import { createRun, trainingFolders } from '../../training/runs/run-folder.ts';
import type { Translate } from '../language.ts';
import { planFrom, startWeightsOf, threadsOf, trainingDefaults } from './choices.ts';
import type { Training } from './training.ts';

const gibibyte = 2 ** 30;

export interface TrainingRequestParts {
  readonly training: Training;
  readonly userDataFolder: string;
  readonly dialog: Pick<Dialog, 'showOpenDialog'>;
  readonly window: () => BrowserWindow | undefined;
  readonly t: () => Translate;
  /** Another model is in use now: settings that name one by hand give way. */
  readonly onModelUsed: () => Promise<void>;
}

/** What main does for the Training place. */
export function trainingRequestHandlers(
  parts: TrainingRequestParts,
): Pick<RequestHandlers, (typeof trainingRequestNames)[number]> {
  const { training } = parts;
  const { trainer, library, registry, inUse, models, runs } = training;

  async function chooseFolders(title: string, several: boolean): Promise<readonly string[]> {
    const options: OpenDialogOptions = {
      title,
      properties: several
        ? ['openDirectory', 'multiSelections']
        : ['openDirectory', 'createDirectory', 'promptToCreate'],
    };
    const window = parts.window();
    const { canceled, filePaths }: OpenDialogReturnValue = await (window === undefined
      ? parts.dialog.showOpenDialog(options)
      : parts.dialog.showOpenDialog(window, options));
    return canceled ? [] : filePaths;
  }

  async function begin(choices: TrainingChoices, runParts: number): Promise<{ run: string }> {
    const { runs: runsFolder } = trainingFolders(parts.userDataFolder);
    const stamp = new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-');
    const folder = join(runsFolder, `${stamp}-${choices.preset}`);
    const run = await createRun(folder, {
      name: choices.name,
      goal: choices.goal,
      folders: [...library.folders],
      excluded: [...library.excluded],
      plan: planFrom(choices),
      startWeights: await startWeightsOf(choices.startModel, registry),
      provider: choices.provider,
      threads: threadsOf(choices.effort),
      parts: runParts,
      memoryBytes: choices.memoryGiB * gibibyte,
      checkpointSeconds: choices.checkpointSeconds,
      validateEverySteps: choices.validateEverySteps,
    });
    // The page asks for the run as soon as it knows its id.
    await runs.refresh();
    await trainer.run(folder);
    return { run: run.id };
  }

  async function changedModels(): Promise<void> {
    await parts.onModelUsed();
  }

  return {
    'training.state': async () => {
      await training.loaded;
      training.prepare();
      return training.state;
    },
    'training.defaults': async () => trainingDefaults(parts.t()),
    'training.addFolders': async () => {
      const paths = await chooseFolders(parts.t()('dialog.trainingFolders'), true);
      if (paths.length > 0) await library.add(paths);
      return {};
    },
    'training.removeFolder': async ({ id }) => {
      await library.remove(id);
      return {};
    },
    'training.exclude': async ({ id, isExcluded }) => {
      await library.exclude(id, isExcluded);
      return {};
    },
    'training.scan': async () => {
      void library.scan();
      return {};
    },
    'training.cancelScan': async () => {
      library.cancelScan();
      return {};
    },
    'training.shuffle': async () => {
      await library.shuffle();
      return {};
    },
    'training.estimate': async ({ choices }) => {
      const plan = planFrom(choices);
      const {
        batchNorm,
        provider,
        stepMs,
        memoryBytes,
        parts: needed,
      } = await trainer.host().call('measure', {
        plan,
        startWeights: await startWeightsOf(choices.startModel, registry),
        provider: choices.provider,
        threads: threadsOf(choices.effort),
        memoryBytes: choices.memoryGiB * gibibyte,
      });
      const { limit, batch } = plan;
      const steps =
        'steps' in limit
          ? limit.steps
          : 'epochs' in limit
            ? Math.max(1, Math.round((limit.epochs * library.photos) / batch))
            : Math.max(1, Math.round((limit.minutes * 60_000) / stepMs));
      return {
        provider,
        stepMs,
        steps,
        seconds: 'minutes' in limit ? limit.minutes * 60 : (steps * stepMs) / 1000,
        memoryGiB: memoryBytes / gibibyte,
        parts: needed,
        batchNorm,
      };
    },
    'training.start': ({ choices, parts: runParts }) => begin(choices, runParts),
    'training.continue': async ({ run }) => {
      await trainer.run(runs.folderOf(run));
      return {};
    },
    'training.pause': async () => {
      trainer.pause(true);
      return {};
    },
    'training.resume': async () => {
      trainer.pause(false);
      return {};
    },
    'training.finish': async () => {
      await trainer.finish();
      return {};
    },
    'training.details': ({ run }) => runs.details(run),
    'training.decide': async ({ run, decision }) => {
      await training.decide(run, decision);
      if (decision === 'used') await changedModels();
      return {};
    },
    'training.remove': async ({ run }) => {
      await training.remove(run);
      return {};
    },
    'library.list': () => models.list(),
    'library.use': async ({ model }) => {
      await inUse.use(model);
      await changedModels();
      return {};
    },
    'library.rollBack': async () => {
      const name = (await inUse.rollBack()) ?? null;
      await changedModels();
      return { name };
    },
    'library.export': async ({ model, what }) => {
      const [folder] = await chooseFolders(parts.t()('dialog.exportModel'), false);
      return { name: folder === undefined ? null : await models.export(model, what, folder) };
    },
    'library.verify': async ({ model }) => ({ isSound: await models.isSound(model) }),
    'library.remove': async ({ model }) => {
      await registry.remove(model);
      await changedModels();
      return {};
    },
  };
}
