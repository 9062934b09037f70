import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PhotoColour } from '../../../electron/engine/photo/photo.ts';
import type { Patch } from '../../../electron/engine/region/patch.ts';
import type { PhotoSource } from '../../../electron/hosts/engine/contract.ts';
import { PatchStore } from '../../../electron/hosts/engine/patch-store.ts';

const colour: PhotoColour = { space: 'rgb' };
const patch: Patch = {
  rect: { x: 3, y: 4, width: 2, height: 1 },
  depth: 8,
  data: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 128),
};
let photo: PhotoSource;

beforeEach(async () => {
  const workFolder = await mkdtemp(join(tmpdir(), 'photomend-patches-'));
  photo = { id: 'p', path: '', file: {} as never, tolerant: false, workFolder };
});
afterEach(() => rm(photo.workFolder, { recursive: true, force: true }));

test('a patch that is being made can be asked for, and comes when it is there', async () => {
  const store = new PatchStore();
  const id = store.expect();
  let isThere = false;
  const asked = store
    .png(photo, id, async () => colour)
    .then((png) => {
      isThere = true;
      return png;
    });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isThere).toBe(false);
  expect(store.add(photo, patch, colour, id)).toBe(id);
  const png = await asked;
  expect(png).toEqual(await store.png(photo, id, async () => colour));
  expect(await store.get(photo, id)).toBe(patch);
  await store.written();
  expect((await readdir(photo.workFolder)).sort()).toEqual([`${id}.json`, `${id}.png`]);
  expect((await new PatchStore().get(photo, id)).data).toEqual(patch.data);
});

test('one that is not made fails for who asked; one that was made stays', async () => {
  const store = new PatchStore();
  const [made, dropped] = [store.expect(), store.expect()];
  const asked = store.get(photo, dropped);
  store.add(photo, patch, colour, made);
  store.abandon([made, dropped]);
  await expect(asked).rejects.toMatchObject({ code: 'work/unreadable' });
  await expect(store.get(photo, dropped)).rejects.toMatchObject({ code: 'work/unreadable' });
  expect(await store.get(photo, made)).toBe(patch);
  await store.written();
});
