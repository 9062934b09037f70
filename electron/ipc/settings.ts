import { z } from 'zod';

/** What a person can set; stored as `settings.json` in the app's own folder. */
export const settings = z.strictObject({
  /** `auto` takes the fastest that works here. */
  provider: z.enum(['auto', 'cuda', 'dml', 'coreml', 'webgpu', 'cpu']),
  /** A model's id, or `auto` for the best one for each kind of damage. */
  model: z.string().max(64),
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'zh-CN']),
  /** `same`: as the original. */
  saveFormat: z.enum(['same', 'jpeg', 'png', 'webp', 'avif', 'tiff']),
  /** 1..100; 0 means as the original, or the format's usual one. */
  saveQuality: z.int().min(0).max(100),
  keepMetadata: z.boolean(),
  /** Marks saved photos as partly reconstructed (IPTC DigitalSourceType in XMP). */
  markAsReconstructed: z.boolean(),
  /** No request leaves this computer, whatever a later feature may ask for. */
  offline: z.boolean(),
  /** Trainings go on in the tray when the window is closed. */
  trainInTray: z.boolean(),
  /** A training that the end of the app interrupted goes on when the app starts. */
  trainAtStart: z.boolean(),
  /** The computer is kept from sleeping while a training runs. */
  trainKeepAwake: z.boolean(),
  trainOnBattery: z.enum(['run', 'slow', 'pause']),
  trainWhenHot: z.enum(['run', 'slow', 'pause']),
  trainInFullScreen: z.enum(['run', 'slow', 'pause']),
});
export type Settings = z.infer<typeof settings>;

/** Some of them. */
export const settingsChange = settings.partial();
export type SettingsChange = z.infer<typeof settingsChange>;

export const defaultSettings: Settings = {
  provider: 'auto',
  model: 'auto',
  theme: 'system',
  language: 'system',
  saveFormat: 'same',
  saveQuality: 0,
  keepMetadata: true,
  markAsReconstructed: true,
  offline: true,
  trainInTray: true,
  trainAtStart: true,
  trainKeepAwake: true,
  trainOnBattery: 'pause',
  trainWhenHot: 'slow',
  trainInFullScreen: 'slow',
};
