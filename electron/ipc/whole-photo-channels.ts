export const wholePhotoRequestNames = ['whole.find', 'whole.repair'] as const;
