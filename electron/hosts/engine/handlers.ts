import { join } from 'node:path';
import { writeFileAtomic } from '../../engine/atomic-file.ts';
import { AppError } from '../../engine/errors.ts';
import type { JudgedRegion } from '../../engine/judge.ts';
import { openPhoto, probePhoto } from '../../engine/photo/open.ts';
import { savePhoto } from '../../engine/photo/save.ts';
import {
  encodePart,
  encodeThumbnailOf,
  encodeView,
  isShownDirectly,
  viewSize,
} from '../../engine/photo/screen.ts';
import { loadCodecs } from '../../engine/photo/sharp.ts';
import type { Rect } from '../../engine/pixels/planes.ts';
import { cropRaster } from '../../engine/pixels/raster.ts';
import { clipRect } from '../../engine/pixels/rects.ts';
import { clipRegion } from '../../engine/region/region.ts';
import type { Analysis } from '../../ipc/contract.ts';
import type { HostHandlers } from '../serve.ts';
import { Anticipation } from './anticipation.ts';
import { checkRepair } from './check-repair.ts';
import type { EngineConfiguration, EngineMethods, PhotoSource, ProbedPhoto } from './contract.ts';
import { findPlaces } from './find-places.ts';
import { Judgements } from './judgements.ts';
import { ModelShelf } from './model-shelf.ts';
import { PatchStore } from './patch-store.ts';
import { PhotoCache } from './photo-cache.ts';
import { repairWhole } from './repair-whole.ts';
import { engineRegion, restoreRegions } from './restore-regions.ts';
import { Toolbox } from './toolbox.ts';

/** What the engine's process can do, with the photos, patches and networks that it holds. */
export function engineHandlers(configuration: EngineConfiguration): HostHandlers<EngineMethods> {
  const photos = new PhotoCache();
  const patches = new PatchStore();
  const toolbox = new Toolbox(configuration);
  const judgements = new Judgements();
  const shelf = new ModelShelf(toolbox.registry, configuration, () => toolbox.forgetTools());
  const anticipation = new Anticipation();

  async function composed({
    photo: source,
    layers,
  }: {
    photo: PhotoSource;
    layers: EngineMethods['save']['in']['layers'];
  }) {
    const photo = await photos.get(source);
    return { photo, raster: await patches.compose(source, photo.raster, layers) };
  }

  return {
    probe: ({ path, tolerant }) => probe(path, tolerant),

    view: async ({ photo }) => {
      const { bytes, format } = await encodeView(await photos.get(photo));
      const path = join(photo.workFolder, `view.${format}`);
      await writeFileAtomic(path, bytes);
      return path;
    },

    thumbnail: ({ path, sidePx }) => encodeThumbnailOf(path, sidePx),

    crop: async ({ photo: source, rect }) => {
      const photo = await photos.get(source);
      return encodePart(photo.raster, photo, inside(rect, photo));
    },

    patch: ({ photo, patch }) => patches.png(photo, patch, async () => (await photos.get(photo)).colour),

    analyse: async ({ region, ...work }) => {
      const { raster } = await composed(work);
      const judge = judgements.for(work.photo.id, work.layers);
      const asked = await engineRegion({ ...region, damage: 'auto' });
      return analysisOf(judge(raster, clipRegion(asked, raster.width, raster.height)));
    },

    anticipate: async ({ region, provider, ...work }) => {
      const { raster } = await composed(work);
      const tools = await toolbox.tools(region.model, await toolbox.provider(provider));
      const { photo, layers } = work;
      anticipation.anticipate(
        { photo: photo.id, layers, region, tools },
        raster,
        [await engineRegion(region)],
        { ...tools, judge: judgements.for(photo.id, layers) },
      );
      return null;
    },

    restore: async (argument, call) => {
      const { photo, raster } = await composed(argument);
      return restoreRegions(argument, {
        photo,
        source: argument.photo,
        base: raster,
        judge: judgements.for(argument.photo.id, argument.layers),
        toolbox,
        anticipation,
        patches,
        call,
      });
    },

    find: async (argument, call) => findPlaces(argument, (await composed(argument)).raster, toolbox, call),

    repairWhole: async (argument, call) => {
      const { photo, raster } = await composed(argument);
      return repairWhole(argument, { photo, base: raster, toolbox, patches, call });
    },

    check: async ({ photo: source, layers, rect, damage, patches: ids }) => {
      const photo = await photos.get(source);
      const patch = (id: string) => patches.get(source, id);
      const beneath = await Promise.all(
        layers.map(async ({ patch: id, strength }) => ({ patch: await patch(id), strength })),
      );
      return (
        checkRepair(photo, { beneath, patches: await Promise.all(ids.map(patch)), rect, damage }) ?? null
      );
    },

    save: async ({ rect, to, format, quality, depth, ...options }) => {
      const { photo, raster } = await composed(options);
      return savePhoto({
        source: photo,
        raster: rect === undefined ? raster : cropRaster(raster, inside(rect, photo)),
        to,
        keepMetadata: options.keepMetadata,
        markAsReconstructed: options.markAsReconstructed,
        allowOverwrite: options.allowOverwrite,
        allowOverwriteOriginal: options.allowOverwriteOriginal,
        ...(format !== undefined && { format }),
        ...(quality !== undefined && { quality }),
        ...(depth !== undefined && { depth }),
      });
    },

    picture: async ({ rect, ...work }) => {
      const { photo, raster } = await composed(work);
      return encodePart(raster, photo, rect && inside(rect, photo));
    },

    devices: () => toolbox.devices(),
    models: () => shelf.list(),
    describeModel: ({ path }) => shelf.describe(path),
    importModel: ({ path, answers }) => shelf.import(path, answers),
    removeModel: async ({ id }) => {
      await shelf.remove(id);
      return null;
    },
    setDefaultModel: async ({ id, isDefault }) => {
      await shelf.setDefault(id, isDefault);
      return null;
    },
    setModelFidelity: async ({ id, fidelity }) => {
      await shelf.setFidelity(id, fidelity);
      return null;
    },
    catalogue: () => shelf.catalogue(),
    downloadModel: ({ id }, call) => shelf.download(id, call),
    warmUp: async ({ provider, model }) => {
      const tools = await toolbox.tools(model, await toolbox.provider(provider));
      await Promise.all([loadCodecs(), tools.networkFor('mosaic'), tools.defectNetwork()]);
      return null;
    },
    prepare: async ({ photo }) => ({ flags: (await photos.get(photo)).flags }),
    written: async () => {
      await patches.written();
      return null;
    },
    forget: async ({ photo }) => {
      photos.forget(photo);
      anticipation.forget();
      return null;
    },
  };
}

async function probe(path: string, tolerant: boolean): Promise<ProbedPhoto> {
  const found = await probePhoto(path);
  if (found.flags.includes('truncated') && !tolerant) {
    // Says in full what is wrong, and whether anything can be read.
    await openPhoto(found);
  }
  const { format, width, height, depth, flags, file } = found;
  return {
    format,
    width,
    height,
    depth,
    flags,
    file,
    isDirect: isShownDirectly(found),
    view: viewSize(found),
  };
}

function analysisOf({ report }: JudgedRegion): Analysis {
  if (report === undefined) return { found: null, candidates: [] };
  const { damage, confidence, candidates } = report;
  return {
    found: damage.kind === 'none' ? null : { damage, confidence },
    candidates: candidates.map((candidate) => ({ ...candidate })),
  };
}

function inside(rect: Rect, { width, height }: { width: number; height: number }): Rect {
  const part = clipRect(rect, width, height);
  if (part === undefined) throw new AppError('region/outside', 'The rectangle lies outside the photo.');
  return part;
}
