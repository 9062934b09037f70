import { readdir } from 'node:fs/promises';

const framePattern = /^step-(\d+)\.png$/;

/** The steps of the frames in the folder of a live sheet, in their order. */
export async function framesOf(liveFolder: string): Promise<number[]> {
  const names = await readdir(liveFolder).catch(() => []);
  return names
    .flatMap((name) => {
      const step = framePattern.exec(name)?.[1];
      return step === undefined ? [] : [Number(step)];
    })
    .sort((a, b) => a - b);
}
