/** The places of the window, in the order of their keys. Each has its words in the locales and its component in `renderer/places.ts`. */
export const places = ['photo', 'folder', 'training'] as const;
export type Place = (typeof places)[number];
