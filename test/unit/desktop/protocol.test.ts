import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type OpenPhoto, OpenPhotos } from '../../../electron/desktop/open/open-photos.ts';
import { serveBundle } from '../../../electron/desktop/protocol/bundle.ts';
import { contentSecurityPolicy } from '../../../electron/desktop/protocol/headers.ts';
import { PixelHandler } from '../../../electron/desktop/protocol/pixels.ts';
import { AppError } from '../../../electron/engine/errors.ts';
import { cropUrl, patchUrl, thumbnailUrl, viewUrl } from '../../../electron/ipc/urls.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'photomend-protocol-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the page's own files", () => {
  test('those of the folder are served with a policy, and nothing else is', async () => {
    const page = join(folder, 'renderer');
    await mkdir(join(page, 'assets'), { recursive: true });
    await writeFile(join(page, 'index.html'), '<p>');
    await writeFile(join(page, 'assets', 'a.js'), 'x');
    await writeFile(join(page, 'secret.txt'), 'x');
    await writeFile(join(folder, 'outside.html'), 'x');
    const serve = await serveBundle(page);
    const answer = await serve('/assets/a.js');
    expect(answer?.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(answer?.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
    expect(answer?.headers.get('x-content-type-options')).toBe('nosniff');
    const strangers = [
      '/secret.txt',
      '/../outside.html',
      '/..%2foutside.html',
      '/assets/../index.html',
      '/',
      '',
    ];
    for (const path of strangers) expect(await serve(path)).toBeUndefined();
  });

  test('the policy allows nothing from anywhere else', () => {
    expect(contentSecurityPolicy).toContain("default-src 'none'");
    expect(contentSecurityPolicy).not.toMatch(/unsafe|https?:|\*|data:/);
  });
});

describe('pixels of photos', () => {
  async function handler() {
    const id = randomUUID();
    const path = join(folder, 'photo.jpg');
    await writeFile(path, 'the bytes of a photo');
    const photos = new OpenPhotos();
    const photo = {
      info: { id, format: 'jpeg' },
      source: { id, path },
      isDirect: true,
      view: undefined,
    } as unknown as OpenPhoto;
    photos.add(photo);
    const call = vi.fn(async (method: string): Promise<unknown> => {
      if (method === 'view') return path;
      return new Uint8Array([1, 2, 3]);
    });
    const pixels = new PixelHandler(photos, { call } as never);
    const get = (url: string) => pixels.handle(new Request(`app://bundle${url}`));
    return { id, photo, path, call, get };
  }

  test('a photo that Chromium can show is streamed from its file', async () => {
    const { id, get, call } = await handler();
    const answer = await get(viewUrl(id));
    expect(await answer?.text()).toBe('the bytes of a photo');
    expect(answer?.headers.get('content-type')).toBe('image/jpeg');
    expect(call).not.toHaveBeenCalled();
  });

  test('others are pictures of the engine, made once', async () => {
    const { id, get, photo, call } = await handler();
    Object.assign(photo, { isDirect: false });
    await get(viewUrl(id));
    await get(viewUrl(id));
    expect(call).toHaveBeenCalledOnce();
  });

  test('thumbnails, parts and patches come from the engine', async () => {
    const { id, get, call } = await handler();
    const patch = randomUUID();
    expect((await get(thumbnailUrl(id)))?.headers.get('content-type')).toBe('image/jpeg');
    expect((await get(cropUrl(id, 1, 2, 30, 40)))?.headers.get('content-type')).toBe('image/png');
    expect((await get(patchUrl(id, patch)))?.headers.get('content-length')).toBe('3');
    expect(call.mock.calls.map((args: unknown[]) => args)).toMatchObject([
      ['thumbnail', { sidePx: 256 }],
      ['crop', { rect: { x: 1, y: 2, width: 30, height: 40 } }],
      ['patch', { patch }],
    ]);
  });

  test('ids that are not open, paths and bad numbers lead nowhere', async () => {
    const { id, get } = await handler();
    expect((await get(viewUrl(randomUUID())))?.status).toBe(404);
    expect((await get(`/photo/${id}/crop?x=0&y=0&width=1e9&height=1e9`))?.status).toBe(404);
    expect((await get(`/photo/${id}/crop?x=a`))?.status).toBe(404);
    expect(await get('/photo/..%2f..%2fetc%2fpasswd/view')).toBeUndefined();
    expect(await get(`/photo/${id}/anything`)).toBeUndefined();
  });

  test('errors are told by their code', async () => {
    const { id, get, call, path } = await handler();
    call.mockRejectedValueOnce(new AppError('work/unreadable', 'No.'));
    const answer = await get(patchUrl(id, randomUUID()));
    expect(await answer?.json()).toMatchObject({ code: 'work/unreadable' });
    await rm(path);
    expect(await (await get(viewUrl(id)))?.json()).toMatchObject({ code: 'photo/vanished' });
  });
});
