import type { Raster } from '../pixels/raster.ts';
import { sharp } from './sharp.ts';

/** An 8-bit RGB picture as it comes back from a JPEG of a quality (1..100, 4:2:0 as most cameras and programs write). */
export async function jpegCopy(raster: Raster, quality: number): Promise<Raster> {
  const { width, height } = raster;
  const bytes = await sharp(raster.data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: '4:2:0' })
    .toBuffer();
  const data = await sharp(bytes).raw().toBuffer();
  return { ...raster, data: new Uint8Array(data) };
}
