import { vi } from 'vitest';
import type { PhotomendApi } from '../../../../electron/ipc/api.ts';
import type {
  Analysis,
  Confidence,
  EventData,
  Input,
  PhotoInfo,
  Reply,
  RestoreResult,
} from '../../../../electron/ipc/contract.ts';
import type { DamageMeasure, PhotoDocument, RegionEdit } from '../../../../electron/ipc/document.ts';
import { defaultSettings, type Settings } from '../../../../electron/ipc/settings.ts';
import { isWhole } from '../../../../electron/ipc/whole-edits.ts';
import type { FindResult, WholeResult } from '../../../../electron/ipc/whole-photo.ts';
import { PhotoSession, type RefitMask } from '../../../../renderer/editor/photo-session.svelte.ts';

export const blur: DamageMeasure = { kind: 'blur', sigmaPx: 3 };
export const mosaic: DamageMeasure = {
  kind: 'mosaic',
  grid: { pitchX: 8, pitchY: 8, offsetX: 3, offsetY: 5 },
};

export const rect = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

export function photoInfo(width = 1000, height = 800): PhotoInfo {
  return {
    id: crypto.randomUUID(),
    name: 'photo.jpg',
    format: 'jpeg',
    width,
    height,
    depth: 8,
    sizeBytes: 1,
    flags: [],
    view: { width, height },
    origin: 'file',
  };
}

/** The repairs of regions. */
export function regionEdits(session: PhotoSession): RegionEdit[] {
  return session.document.edits.flatMap((edit) => (isWhole(edit) ? [] : [edit]));
}

/** A promise that is settled from outside, to hold an answer back. */
export function held<T>() {
  let give: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    give = resolve;
  });
  return { promise, give };
}

export const analysis: Analysis = {
  found: { damage: blur, confidence: 0.9 },
  candidates: [{ damage: blur, confidence: 0.9 }],
};

/** What the engine answers where everything goes well: each region gets one patch of its own size. */
export function resultFor({ regions }: Pick<Input<'restore.run'>, 'regions'>): RestoreResult {
  return {
    regions: regions.map((region) => ({
      region: region.id,
      damage: blur,
      patches: [{ id: crypto.randomUUID(), rect: region.rect }],
      seconds: 1,
    })),
    provider: 'cpu',
    seconds: 2,
    notices: [],
  };
}

/** What the engine answers for a photo that is faded and scratched: two patches side by side. */
export function wholeResult(): WholeResult {
  const patch = (x: number) => ({ id: crypto.randomUUID(), rect: rect(x, 0, 500, 800) });
  return {
    patches: [patch(0), patch(500)],
    report: { marks: 3, fading: 0.6, noise: null, jpeg: null },
    provider: 'cpu',
    seconds: 2,
    notices: [],
  };
}

export function failure(code: string): Reply<never> {
  return { ok: false, error: { code, message: code, data: {} } };
}

/** A session whose main process is played by functions that tests can look into and replace. */
export function sessionWith(
  options: { document?: PhotoDocument; info?: PhotoInfo; refitMask?: RefitMask } = {},
) {
  const listeners = new Set<(data: EventData<'restore.progress'>) => void>();
  const settings: Settings = { ...defaultSettings };
  const main = {
    analyse: vi.fn(
      async (_: Input<'region.analyse'>): Promise<Reply<Analysis>> => ({ ok: true, value: analysis }),
    ),
    run: vi.fn(
      async (argument: Input<'restore.run'>): Promise<Reply<RestoreResult>> => ({
        ok: true,
        value: resultFor(argument),
      }),
    ),
    check: vi.fn(
      async (_: Input<'repair.check'>): Promise<Reply<Confidence | null>> => ({
        ok: true,
        value: { check: 'damaged-again', level: 'good', differs: 0.4 },
      }),
    ),
    find: vi.fn(
      async (_: Input<'whole.find'>): Promise<Reply<FindResult>> => ({
        ok: true,
        value: { places: [], notices: [] },
      }),
    ),
    repairWhole: vi.fn(
      async (_: Input<'whole.repair'>): Promise<Reply<WholeResult>> => ({ ok: true, value: wholeResult() }),
    ),
    cancel: vi.fn(async (_: Input<'restore.cancel'>): Promise<Reply<object>> => ({ ok: true, value: {} })),
    keep: vi.fn(async (_: Input<'work.keep'>): Promise<Reply<object>> => ({ ok: true, value: {} })),
    progress: (data: EventData<'restore.progress'>) => {
      for (const listener of listeners) listener(data);
    },
    listeners,
    settings,
  };
  const api = {
    'region.analyse': (argument: Input<'region.analyse'>) => main.analyse(argument),
    'restore.run': (argument: Input<'restore.run'>) => main.run(argument),
    'whole.find': (argument: Input<'whole.find'>) => main.find(argument),
    'whole.repair': (argument: Input<'whole.repair'>) => main.repairWhole(argument),
    'repair.check': (argument: Input<'repair.check'>) => main.check(argument),
    'restore.cancel': (argument: Input<'restore.cancel'>) => main.cancel(argument),
    'work.keep': (argument: Input<'work.keep'>) => main.keep(argument),
    on: (_: string, listener: (data: EventData<'restore.progress'>) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as PhotomendApi;
  const session = new PhotoSession(options.info ?? photoInfo(), options.document, {
    api,
    settings: () => settings,
    ...(options.refitMask !== undefined && { refitMask: options.refitMask }),
  });
  return { session, main };
}
