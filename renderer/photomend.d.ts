import type { PhotomendApi } from '../electron/ipc/api.ts';

declare global {
  interface Window {
    /** The bridge to the app, put there by the preload. */
    readonly photomend: PhotomendApi;
  }
}
