import type { Component } from 'svelte';
import type { Place } from '../electron/ipc/places.ts';
import PhotoPlace from './editor/PhotoPlace.svelte';
import FolderPlace from './folder/FolderPlace.svelte';
import TrainingPlace from './training/TrainingPlace.svelte';

/** What fills the window between the title bar and the status bar. */
export const placeViews: Readonly<Record<Place, Component>> = {
  photo: PhotoPlace,
  folder: FolderPlace,
  training: TrainingPlace,
};
