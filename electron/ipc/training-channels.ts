/** Names of the requests and events of trainings; see `training.ts`. */
export const trainingRequestNames = [
  'training.state',
  'training.defaults',
  'training.addFolders',
  'training.removeFolder',
  'training.exclude',
  'training.scan',
  'training.cancelScan',
  'training.shuffle',
  'training.estimate',
  'training.start',
  'training.continue',
  'training.pause',
  'training.resume',
  'training.finish',
  'training.details',
  'training.decide',
  'training.remove',
  'library.list',
  'library.use',
  'library.rollBack',
  'library.export',
  'library.verify',
  'library.remove',
] as const;

export const trainingEventNames = ['training.changed', 'library.changed'] as const;
