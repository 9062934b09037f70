import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb8 } from '../../../electron/engine/photo/decode-rgb8.ts';
import {
  encoder,
  expectSame,
  noise,
  photograph,
  photoPath,
  put,
  storedFor,
  temporaryFolder,
  withOrientation,
} from './fixtures.ts';

let folder: string;
let close: () => Promise<void>;
beforeAll(async () => {
  ({ path: folder, close } = await temporaryFolder());
});
afterAll(() => close());

describe('decodeRgb8', () => {
  it("gives the samples of the file in the file's own colours, upright", async () => {
    const upright = noise(19, 11, 3, 8);
    const png = withOrientation(storedFor(upright, 7), 7).png();
    const found = await decodeRgb8(await put(folder, 'o.png', await png.toBuffer()));
    expectSame({ ...found, channels: 3, depth: 8 }, upright);
    const p3 = await encoder(upright).withIccProfile('p3').png().toBuffer();
    const tagged = await decodeRgb8(await put(folder, 'p3.png', p3));
    // The encoder converted to P3; converting back would give the first samples again.
    expect(Buffer.compare(tagged.data, upright.data as Uint8Array)).not.toBe(0);
  });

  it('makes RGB of grey, alpha and 16 bits', async () => {
    const width = 4;
    const grey = {
      width,
      height: 1,
      channels: 1,
      depth: 16,
      data: Uint16Array.of(0, 0x40ff, 0xff00, 0xffff),
    } as const;
    const wide = await decodeRgb8(await put(folder, 'g.png', await encoder(grey).png().toBuffer()));
    expect([...wide.data]).toEqual([0, 0, 0, 0x40, 0x40, 0x40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const data = Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 255, 0, 0, 0, 0);
    const clear = { width, height: 1, channels: 4, depth: 8, data } as const;
    const flat = await decodeRgb8(await put(folder, 'a.png', await encoder(clear).png().toBuffer()));
    expect([...flat.data]).toEqual([10, 20, 30, 255, 255, 255, 0, 0, 0, 255, 255, 255]);
  });

  it('shrinks to the longer side, never enlarges', async () => {
    const path = photoPath('nagasaki-boats');
    const whole = await decodeRgb8(path);
    expect(whole).toMatchObject({ width: 1024, height: 819 });
    expect(whole.data.length).toBe(1024 * 819 * 3);
    const small = await decodeRgb8(path, { maxSidePx: 200 });
    // 159.96 rows.
    expect(small.width).toBe(200);
    expect(Math.abs(small.height - 160)).toBeLessThanOrEqual(1);
    const reference = await photograph(200, small.height);
    let sum = 0;
    for (let i = 0; i < small.data.length; i++) sum += Math.abs(small.data[i] - reference.data[i]);
    expect(sum / small.data.length).toBeLessThan(2);
    expect(await decodeRgb8(path, { maxSidePx: 5000 })).toMatchObject({ width: 1024 });
  });

  it('has limits', async () => {
    await expect(decodeRgb8(photoPath('nagasaki-boats'), { maxPixels: 1000 })).rejects.toMatchObject({
      code: 'photo/too-large',
    });
    await expect(decodeRgb8(`${folder}/none.jpg`)).rejects.toMatchObject({ code: 'photo/not-found' });
  });
});
