/**
 * Where the renderer finds pixels: relative URLs, answered by the app's own protocol (desktop/protocol/). Ids cannot be
 * guessed and belong to open photos.
 */

/** The whole photo, upright, in any format that Chromium decodes, with its colour profile. */
export const viewUrl = (photo: string) => `/photo/${photo}/view`;

/** A JPEG of at most 256 pixels. */
export const thumbnailUrl = (photo: string) => `/photo/${photo}/thumbnail`;

/** A photo of the training library, on the wall. */
export const wallUrl = (photo: string) => `/training/photo/${photo}`;

/** A strip of pictures of a run: `original`, `damaged`, `current`, or `step-250`. */
export const stripUrl = (run: string, name: string) => `/training/run/${run}/live/${name}`;

/** One picture of a pair at the end: `original`, `damaged`, `old` or `new`. */
export const pairUrl = (run: string, pair: number, name: string) =>
  `/training/run/${run}/pairs/${pair}-${name}`;

/** A part of the photo at full resolution as PNG, for photos whose view is smaller than they are. */
export const cropUrl = (photo: string, x: number, y: number, width: number, height: number) =>
  `/photo/${photo}/crop?x=${x}&y=${y}&width=${width}&height=${height}`;

/** A patch as PNG of its rectangle's size; its alpha is how much of the result shows at strength 1. */
export const patchUrl = (photo: string, patch: string) => `/photo/${photo}/patch/${patch}`;

/** A picture of a photo of the folder, as JPEG; `try-` ones once a try has been made. */
export const batchPictureUrl = (
  folder: string,
  n: number,
  which: 'thumbnail' | 'before' | 'after' | 'try-before' | 'try-after',
) => `/batch/${folder}/${n}/${which}`;
