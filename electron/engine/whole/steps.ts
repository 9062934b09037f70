/** What the repair of a whole photo may do; each can be left out. */
export const wholeSteps = ['scratches', 'stains', 'mosaics', 'blurs', 'dejpeg', 'denoise', 'fading'] as const;
export type WholeStep = (typeof wholeSteps)[number];
export type WholeSteps = Readonly<Record<WholeStep, boolean>>;

export const allWholeSteps: WholeSteps = {
  scratches: true,
  stains: true,
  mosaics: true,
  blurs: true,
  dejpeg: true,
  denoise: true,
  fading: true,
};
