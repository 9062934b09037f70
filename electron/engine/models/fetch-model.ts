import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import type { CatalogueModel } from './catalogue.ts';
import { type DownloadOptions, download } from './download.ts';
import type { ModelEntry } from './entry.ts';
import type { ModelRegistry } from './registry.ts';

/**
 * Downloads a model of the catalogue and imports it. What has come of it when it ends early is kept for the next time.
 * @param folder of the person's models
 * @throws AppError `download/unknown-file` where the catalogue knows no checksum, and those of downloads and imports
 */
export async function fetchModel(
  model: CatalogueModel,
  registry: ModelRegistry,
  folder: string,
  options: DownloadOptions = {},
): Promise<ModelEntry> {
  const { id, name, licence, page, download: file, answers = {} } = model;
  if (file === null) {
    throw new AppError('download/unknown-file', `Photomend does not know the checksum of ${name}.`, {
      hint: `Get it from ${page} and import the file.`,
      data: { page },
    });
  }
  await registry.requireFree(id);
  // Names with a dot in front are not taken for models.
  const downloads = join(folder, '.downloads');
  const part = join(downloads, `${id}-${file.sha256.slice(0, 12)}.part`);
  await download(file, part, options);
  const whole = join(downloads, `${id}.onnx`);
  await rename(part, whole);
  try {
    return await registry.import(whole, { ...answers, id, name, licence });
  } finally {
    await rm(whole, { force: true });
  }
}
