export const batchRequestNames = [
  'batch.choose',
  'batch.openDropped',
  'batch.try',
  'batch.find',
  'batch.takeOpen',
  'batch.start',
  'batch.control',
  'batch.judge',
  'batch.open',
  'batch.reveal',
] as const;

export const batchEventNames = ['batch.planned', 'batch.news', 'batch.ended'] as const;
