import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelRegistry } from '../electron/engine/models/registry.ts';
import { repairTools } from '../electron/engine/models/tools.ts';
import { encodePng } from '../electron/engine/photo/encode-png.ts';
import { openPhoto } from '../electron/engine/photo/open.ts';
import { sharp } from '../electron/engine/photo/sharp.ts';
import { type Raster, rgbPlanes } from '../electron/engine/pixels/raster.ts';
import { contactSheet } from '../electron/engine/pixels/sheet.ts';
import { applyPatch } from '../electron/engine/region/patch.ts';
import { isWorthRetryingSmaller, openSession } from '../electron/engine/runtime/session.ts';
import { restoreWhole } from '../electron/engine/whole/restore-whole.ts';
import { allWholeSteps } from '../electron/engine/whole/steps.ts';
import { fadedPhoto, scratchedPhoto } from '../test/support/spoiled-photos.ts';

/** Makes the pictures of docs/whole-photo.md: before | after, at half the size. */
const tools = repairTools({
  registry: new ModelRegistry({ bundledFolder: 'resources/models', userFolder: 'does-not-exist' }),
  open: (modelPath) => openSession(modelPath, 'cpu'),
  openOnCpu: undefined,
  isWorthRetryingSmaller,
  onNotice: () => {},
});

const planesOf = (raster: Raster) =>
  rgbPlanes(raster, { x: 0, y: 0, width: raster.width, height: raster.height });

for (const [name, spoil] of [
  ['scratched', scratchedPhoto],
  ['faded', fadedPhoto],
] as const) {
  const path = join(tmpdir(), `photomend-${name}.png`);
  await spoil(path);
  const { raster } = await openPhoto(path);
  const before = planesOf(raster);
  const { patches, report } = await restoreWhole(raster, { ...tools, steps: allWholeSteps });
  for (const patch of patches) applyPatch(raster, patch, 1);
  const sheet = await encodePng(contactSheet([[before, planesOf(raster)]]));
  const { width } = await sharp(sheet).metadata();
  const jpeg = await sharp(sheet)
    .resize(Math.round(width / 2))
    .jpeg({ quality: 85 })
    .toBuffer();
  await writeFile(`docs/pictures/whole-${name}.jpg`, jpeg);
  await rm(path);
  console.log(name, report.found.length, report.fading, report.noise, report.jpeg);
}
