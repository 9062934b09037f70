import type { Component } from 'svelte';
import type { Place } from '../electron/ipc/places.ts';

/**
 * What fills the window between the title bar and the status bar instead of the photo: loaded when it is first shown, so
 * that a launch does not wait for it.
 */
export const laterPlaces: Readonly<
  Record<Exclude<Place, 'photo'>, () => Promise<{ readonly default: Component }>>
> = {
  folder: () => import('./folder/FolderPlace.svelte'),
  training: () => import('./training/TrainingPlace.svelte'),
};
