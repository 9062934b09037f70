import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../../engine/errors.ts';
import { writeSafely } from '../../engine/photo/safe-write.ts';
import { damageChoice, type MaskedRegion, rect } from '../../ipc/document.ts';
import type { Size } from '../../ipc/placed-rects.ts';

/** Beside `photo.jpg` lies `photo.jpg.photomend.json`. */
export const sidecarEnding = '.photomend.json';

/** A file that says which parts of the photo beside it are damaged, for people, programs and `--regions sidecar`. */
const sidecar = z.object({
  photomend: z.literal(1),
  /** Of the upright photo; regions of another photo are not taken for this one's. */
  width: z.int().min(1),
  height: z.int().min(1),
  regions: z
    .array(
      z.object({
        rect,
        /** Base64 of an 8-bit PNG of the rectangle's size. */
        mask: z.string().max(24_000_000).optional(),
        damage: damageChoice.default('auto'),
      }),
    )
    .max(500),
});

const maxBytes = 256 << 20;

/**
 * What a photo's sidecar says; undefined where it has none. Masks are still files within.
 * @throws AppError `batch/bad-sidecar`
 */
export async function readSidecarFile(photoPath: string): Promise<z.infer<typeof sidecar> | undefined> {
  const path = photoPath + sidecarEnding;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > maxBytes) throw badSidecar('It is no plain file of a sensible size.');

  try {
    return sidecar.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw badSidecar('It does not follow the format.', cause);
  }
}

export function badSidecar(why: string, cause?: unknown): AppError {
  return new AppError('batch/bad-sidecar', `The file of regions beside the photo cannot be used. ${why}`, {
    hint: 'Save the regions once more, or delete the file.',
    cause,
  });
}

/** Writes a photo's sidecar; an earlier one is replaced. @returns its path. @throws AppError as `writeSafely` */
export async function writeSidecar(
  photoPath: string,
  { width, height }: Size,
  regions: readonly MaskedRegion[],
): Promise<string> {
  const path = photoPath + sidecarEnding;
  const content: z.infer<typeof sidecar> = {
    photomend: 1,
    width,
    height,
    regions: regions.map(({ rect, mask, damage }) => ({ rect, damage, ...(mask !== undefined && { mask }) })),
  };
  const bytes = Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
  await writeSafely(path, [bytes], { replace: true, mode: undefined, signal: undefined });
  return path;
}
