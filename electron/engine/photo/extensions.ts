/** Endings of the names of photos that can be opened. */
export const photoExtensions: ReadonlySet<string> = new Set([
  '.jpg',
  '.jpeg',
  '.jpe',
  '.jfif',
  '.png',
  '.webp',
  '.avif',
  '.tif',
  '.tiff',
  '.gif',
]);

/** Photos as well, which cannot be opened here: people wonder where they are. */
export const foreignExtensions: ReadonlySet<string> = new Set(['.heic', '.heif', '.bmp', '.jxl', '.jp2']);

/** As file managers sort: `photo-9` before `photo-10`. */
export const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
