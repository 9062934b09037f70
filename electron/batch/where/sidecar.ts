import { decodeMask } from '../../engine/photo/screen.ts';
import type { Region } from '../../engine/region/region.ts';
import type { Size } from '../../ipc/placed-rects.ts';
import { badSidecar, readSidecarFile } from './sidecar-file.ts';

/**
 * The regions in a photo's sidecar; undefined where it has none.
 * @throws AppError `batch/bad-sidecar`, `region/bad-mask`
 */
export async function readSidecar(photoPath: string, photo: Size): Promise<Region[] | undefined> {
  const file = await readSidecarFile(photoPath);
  if (file === undefined) return undefined;
  const { width, height, regions } = file;
  if (width !== photo.width || height !== photo.height) {
    throw badSidecar(
      `It is for a photo of ${width} x ${height} pixels; this one has ${photo.width} x ${photo.height}.`,
    );
  }
  return Promise.all(
    regions.map(async ({ mask, ...region }) =>
      mask === undefined
        ? region
        : { ...region, mask: await decodeMask(Buffer.from(mask, 'base64'), region.rect) },
    ),
  );
}
