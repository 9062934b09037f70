import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { openPhoto } from '../photo/open.ts';
import type { PhotoColour } from '../photo/photo.ts';
import { compressPlainPng, encodePlainPng } from '../photo/plain-png.ts';
import { wrapPng } from '../photo/png-container.ts';
import { createSamples, type Raster } from '../pixels/raster.ts';
import type { Patch } from './patch.ts';
import { readStoredPatch } from './stored-patch.ts';

/**
 * A patch as a PNG of its own depth, with the photo's profile so that it looks right beside it; at once and large, for
 * the screen. Grey photos get grey patches, since a grey profile says nothing about RGB.
 */
export function encodePatch(patch: Patch, colour: PhotoColour): Uint8Array {
  return withProfile(encodePlainPng(rasterOf(patch, colour)), colour);
}

/** The same PNG compressed, in the background, for the disk. */
export async function compressPatch(patch: Patch, colour: PhotoColour): Promise<Uint8Array> {
  return withProfile(await compressPlainPng(rasterOf(patch, colour)), colour);
}

function withProfile(png: Uint8Array, { iccProfile }: PhotoColour): Uint8Array {
  if (iccProfile === undefined) return png;
  return Buffer.concat(wrapPng(png, { icc: iccProfile }, []).pieces);
}

/** @throws AppError `work/unreadable` */
export async function readPatch(folder: string, id: string): Promise<Patch> {
  try {
    const { rect } = await readStoredPatch(folder, id);
    const { raster } = await openPhoto(join(folder, `${id}.png`));
    if (raster.width !== rect.width || raster.height !== rect.height) throw new Error('wrong size');
    return { rect, depth: raster.depth, data: asRgba(raster) };
  } catch (cause) {
    throw new AppError('work/unreadable', 'A stored repair cannot be read.', {
      hint: 'Delete it from the history and restore the region again.',
      cause,
    });
  }
}

function rasterOf(patch: Patch, colour: PhotoColour): Raster {
  if (colour.space === 'grey') return greyAlpha(patch);
  const { rect, depth, data } = patch;
  return { width: rect.width, height: rect.height, channels: 4, depth, data };
}

function greyAlpha({ rect, depth, data }: Patch): Raster {
  const size = rect.width * rect.height;
  const out = createSamples(depth, 2 * size);
  for (let i = 0; i < size; i++) {
    out[2 * i] = Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]);
    out[2 * i + 1] = data[4 * i + 3];
  }
  return { width: rect.width, height: rect.height, channels: 2, depth, data: out };
}

function asRgba({ width, height, channels, depth, data }: Raster): Patch['data'] {
  if (channels === 4) return data;
  if (channels !== 2) throw new Error('no alpha');
  const out = createSamples(depth, 4 * width * height);
  for (let i = 0; i < width * height; i++) {
    out.fill(data[2 * i], 4 * i, 4 * i + 3);
    out[4 * i + 3] = data[2 * i + 1];
  }
  return out;
}
