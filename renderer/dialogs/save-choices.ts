import type { PhotoInfo, SaveChoices } from '../../electron/ipc/contract.ts';
import type { Settings } from '../../electron/ipc/settings.ts';

export type SaveFormat = SaveChoices['format'];
export const saveFormats = ['jpeg', 'png', 'webp', 'avif', 'tiff'] as const satisfies readonly SaveFormat[];

/** Where the person set no quality: hardly to be told from the original. */
export const usualQuality = 92;

/** Formats that encode pixels anew, each with some loss. */
export function hasQuality(format: SaveFormat): boolean {
  return format === 'jpeg' || format === 'webp' || format === 'avif';
}

/** Whether a photo's own quality can be read from it and kept: AVIF files do not tell it. */
export function keepsQuality(format: SaveFormat, own: PhotoInfo['format']): boolean {
  return format === own && format !== 'avif';
}

/** Formats that can hold 16 bits per channel. */
export function hasDepth(format: SaveFormat): boolean {
  return format === 'png' || format === 'tiff';
}

/** The choices for all formats, so that going back to a format finds them again. */
export interface AllChoices {
  format: SaveFormat;
  /** Left to the engine otherwise: as the original, or the format's usual one. */
  hasOwnQuality: boolean;
  quality: number;
  depth: 8 | 16;
  keepMetadata: boolean;
  markAsReconstructed: boolean;
}

/** What the dialog offers at first: as the settings say, else as the photo is. */
export function firstChoices(info: Pick<PhotoInfo, 'format' | 'depth'>, settings: Settings): AllChoices {
  // 256 colours are too few for a repaired photo.
  const own = info.format === 'gif' ? 'png' : info.format;
  return {
    format: settings.saveFormat === 'same' ? own : settings.saveFormat,
    hasOwnQuality: settings.saveQuality > 0,
    quality: settings.saveQuality > 0 ? settings.saveQuality : usualQuality,
    depth: info.depth,
    keepMetadata: settings.keepMetadata,
    markAsReconstructed: settings.markAsReconstructed,
  };
}

/** The choices that mean something for the format. */
export function meaningfulChoices(choices: AllChoices): SaveChoices {
  const { quality, hasOwnQuality, depth, ...others } = choices;
  return {
    ...others,
    ...(hasQuality(choices.format) && hasOwnQuality && { quality }),
    ...(hasDepth(choices.format) && { depth }),
  };
}
