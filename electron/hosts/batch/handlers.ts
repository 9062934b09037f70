import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeResult } from '../../batch/judge-result.ts';
import { type ListedFile, listPhotos } from '../../batch/list.ts';
import { writeReports } from '../../batch/report/write.ts';
import { BatchRun } from '../../batch/run.ts';
import { isUnfinished, openRun } from '../../batch/run-folder.ts';
import { look, repair } from '../../batch/steps.ts';
import { Masks } from '../../batch/where/masks.ts';
import { previewRegions } from '../../batch/where/preview.ts';
import { AppError } from '../../engine/errors.ts';
import { openPhoto } from '../../engine/photo/open.ts';
import { encodeView } from '../../engine/photo/screen.ts';
import type { HostHandlers } from '../serve.ts';
import type { BatchConfiguration, BatchMethods, RunEnd, RunNews } from './contract.ts';
import { LeanMemory } from './lean-memory.ts';
import { batchTools } from './tools.ts';

/** What the process of a batch can do. */
export function batchHandlers(configuration: BatchConfiguration): HostHandlers<BatchMethods> {
  const tools = batchTools(configuration);
  const memory = new LeanMemory();
  let running: BatchRun | undefined;

  async function run(
    { afterCrash, diskPatienceMs, again, language, ...request }: BatchMethods['run']['in'],
    signal: AbortSignal,
    tell: (news: RunNews) => void,
  ): Promise<RunEnd> {
    if (running !== undefined) throw new AppError('batch/busy', 'Another batch is running.');
    const opened = await openRun(request);
    try {
      const { state } = opened;
      const batch = new BatchRun(opened, {
        tools,
        afterCrash,
        diskPatienceMs,
        onPhoto: (n, photoState, outcome) => {
          const progress = batch.progress();
          if (outcome !== undefined) memory.photoDone();
          tell({ type: 'photo', n, state: photoState, progress, ...(outcome !== undefined && { outcome }) });
        },
        onHold: (reason, isHeld) => tell({ type: 'hold', reason, isHeld }),
      });
      running = batch;
      memory.collectThoroughly();
      signal.addEventListener('abort', () => batch.stop());
      // Ahead of the plan, which shows these photos as they were otherwise.
      if (again !== undefined && !afterCrash) await batch.again(again.photos, again);
      const photos = state.photos.map(({ n, path, sizeBytes, state: its }) => ({
        n,
        path,
        sizeBytes,
        state: its,
      }));
      tell({ type: 'planned', run: state.run.id, photos });
      const end = await batch.run();
      memory.collectThoroughly();
      return {
        end,
        progress: batch.progress(),
        reports: await writeReports(opened, request.shard, language),
      };
    } finally {
      running = undefined;
      await opened.close();
    }
  }

  const maskOf = (masks: string | undefined) => (masks === undefined ? undefined : new Masks(masks));

  return {
    run: (argument, { signal, progress }) => run(argument, signal, progress),
    hold: async ({ reason, isHeld }) => {
      running?.hold(reason, isHeld);
      return null;
    },
    stop: async () => {
      running?.stop();
      return null;
    },
    skip: async ({ photos }) => {
      await running?.skip(photos);
      return null;
    },
    again: async ({ photos, ...otherwise }) => {
      await running?.again(photos, otherwise);
      return null;
    },
    move: async ({ photos, before }) => {
      running?.move(photos, before);
      return null;
    },
    list: async ({ folder, out }) => {
      const photos: ListedFile[] = [];
      for await (const file of listPhotos(folder, { leaveOut: [out] })) photos.push(file);
      return { photos, isUnfinished: await isUnfinished(out) };
    },
    judge: ({ out, photo, verdict }) => judgeResult(out, photo, verdict),
    try: async ({ folder, path, settings, masks, before, after }, { signal }) => {
      const photo = await openPhoto(await look(join(folder, path)), {
        tolerant: settings.how.tolerant,
        signal,
      });
      await writeFile(before, (await encodeView(photo)).bytes);
      const { isChanged, regions } = await repair(photo, path, settings, tools, maskOf(masks), signal);
      await writeFile(after, (await encodeView(photo)).bytes);
      return {
        isChanged,
        regions: regions.map(({ rect, confidence }) => ({ rect, confidence })),
        width: photo.width,
        height: photo.height,
      };
    },
    find: async ({ folder, path, where, how, masks }, { signal }) => {
      const photo = await openPhoto(await look(join(folder, path)), { tolerant: how.tolerant, signal });
      const { width, height, raster } = photo;
      const levels = await previewRegions(where, photo, path, {
        find: (picture, least) => tools.find(picture, how, least, signal),
        findAll: () => tools.findAll(raster, how, signal),
        masks: maskOf(masks),
      });
      return { levels, width, height };
    },
  };
}
