import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { AppError } from '../../engine/errors.ts';
import type { EngineMethods } from '../../hosts/engine/contract.ts';
import type { SupervisedHost } from '../../hosts/supervised-host.ts';
import { errorInfo } from '../../ipc/errors.ts';
import type { OpenPhotos } from '../open/open-photos.ts';
import { securityHeaders } from './headers.ts';

const thumbnailSidePx = 256;

/**
 * Pixels of open photos, see `ipc/urls.ts`. Ids that are not open and paths that are not known get 404; errors come as
 * JSON with the error's code.
 */
export class PixelHandler {
  readonly #photos: OpenPhotos;
  readonly #engine: Pick<SupervisedHost<EngineMethods>, 'call'>;

  constructor(photos: OpenPhotos, engine: Pick<SupervisedHost<EngineMethods>, 'call'>) {
    this.#photos = photos;
    this.#engine = engine;
  }

  /** Undefined where the path is none of a photo's. */
  async handle(request: Request): Promise<Response | undefined> {
    const { pathname, searchParams } = new URL(request.url);
    const match = /^\/photo\/([0-9a-f-]{36})\/(view|thumbnail|crop|patch)(?:\/([0-9a-f-]{36}))?$/.exec(
      pathname,
    );
    if (match === null) return undefined;
    const [, id, what, part] = match;
    try {
      switch (what) {
        case 'view':
          return await this.#view(id, searchParams.has('rendered'));
        case 'thumbnail':
          return bytes(
            'image/jpeg',
            await this.#engine.call('thumbnail', {
              path: this.#photos.get(id).source.path,
              sidePx: thumbnailSidePx,
            }),
          );
        case 'crop':
          return bytes(
            'image/png',
            await this.#engine.call('crop', {
              photo: this.#photos.get(id).source,
              rect: rectFrom(searchParams),
            }),
          );
        default:
          if (part === undefined) return undefined;
          return bytes(
            'image/png',
            await this.#engine.call('patch', { photo: this.#photos.get(id).source, patch: part }),
          );
      }
    } catch (error) {
      const info = errorInfo(error);
      return Response.json(info, { status: 404, headers: securityHeaders('application/json') });
    }
  }

  /** The file itself where Chromium shows it right, else a picture made by the engine. */
  async #view(id: string, rendered: boolean): Promise<Response> {
    const photo = this.#photos.get(id);
    if (photo.isDirect && !rendered) return file(photo.source.path, `image/${photo.info.format}`);
    photo.view ??= this.#engine.call('view', { photo: photo.source });
    photo.view.catch(() => {
      photo.view = undefined;
    });
    const path = await photo.view;
    return file(path, path.endsWith('.png') ? 'image/png' : 'image/jpeg');
  }
}

function bytes(contentType: string, content: Uint8Array): Response {
  return new Response(new Uint8Array(content), {
    headers: { ...securityHeaders(contentType), 'content-length': String(content.length) },
  });
}

async function file(path: string, contentType: string): Promise<Response> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new AppError('photo/vanished', 'The file is no longer there.', {
      hint: 'It was moved, renamed or deleted.',
    });
  }
  const body = Readable.toWeb(
    createReadStream(path, { highWaterMark: 1 << 20 }),
  ) as ReadableStream<Uint8Array>;
  return new Response(body, {
    headers: { ...securityHeaders(contentType), 'content-length': String(found.size) },
  });
}

/** @throws AppError `ipc/bad-request` */
function rectFrom(parameters: URLSearchParams) {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((name) =>
    Number(parameters.get(name) ?? Number.NaN),
  );
  if (
    ![x, y, width, height].every(Number.isSafeInteger) ||
    width < 1 ||
    height < 1 ||
    width * height > 64_000_000
  ) {
    throw new AppError('ipc/bad-request', 'The rectangle is not valid.');
  }
  return { x, y, width, height };
}
