import { batchEventNames, batchRequestNames } from './batch-channels.ts';
import { trainingEventNames, trainingRequestNames } from './training-channels.ts';
import { wholePhotoRequestNames } from './whole-photo-channels.ts';

/** Names of all requests, shared by the preload (which must not carry the validator) and the contract. */
export const requestNames = [
  'app.start',
  'app.confirm',
  'photos.choose',
  'photos.openDropped',
  'photos.openRecent',
  'photos.openSample',
  'photos.openTolerant',
  'photos.paste',
  'photos.close',
  'recent.clear',
  'work.keep',
  'work.resume',
  'work.discard',
  'region.analyse',
  'restore.run',
  'restore.cancel',
  'repair.check',
  'save.copy',
  'save.as',
  'save.selection',
  'save.project',
  'save.regions',
  'save.clipboard',
  'save.reveal',
  'settings.change',
  'devices.list',
  'models.list',
  'models.choose',
  'models.import',
  'models.remove',
  'models.setDefault',
  'models.setFidelity',
  'models.catalogue',
  'models.download',
  'models.cancelDownload',
  ...wholePhotoRequestNames,
  ...trainingRequestNames,
  ...batchRequestNames,
] as const;
export type RequestName = (typeof requestNames)[number];

/** Names of all events that main sends. */
export const eventNames = [
  'photos.opened',
  'recent.changed',
  'restore.progress',
  'models.progress',
  'engine.state',
  'settings.changed',
  'menu.command',
  ...trainingEventNames,
  ...batchEventNames,
] as const;
export type EventName = (typeof eventNames)[number];
