import { readFile } from 'node:fs/promises';
import { errorInfo } from '../../ipc/errors.ts';
import type { Engine } from '../engine.ts';
import { securityHeaders } from '../protocol/headers.ts';
import type { Batch } from './batch.ts';

const thumbnailSidePx = 256;

/** Pictures of the Folder place, see `batchPictureUrl`; undefined where the path is none of them. */
export async function batchPicture(
  request: Request,
  { batch, engine }: { readonly batch: Batch; readonly engine: Pick<Engine, 'call'> },
): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const match = /^\/batch\/([0-9a-f-]{36})\/(\d{1,7})\/(thumbnail|before|after|try-before|try-after)$/.exec(
    pathname,
  );
  if (match === null) return undefined;
  const [, folder, number, which] = match;
  const n = Number(number);
  try {
    const path = batch.pictureOf(folder, n, which);
    if (which !== 'thumbnail' && path !== undefined) return jpeg(await readFile(path));
    const source = batch.sourceOf(folder, n);
    if (which !== 'thumbnail' || source === undefined) return undefined;
    return jpeg(await engine.call('thumbnail', { path: source, sidePx: thumbnailSidePx }));
  } catch (error) {
    return Response.json(errorInfo(error), { status: 404, headers: securityHeaders('application/json') });
  }
}

function jpeg(content: Uint8Array): Response {
  return new Response(new Uint8Array(content), { headers: securityHeaders('image/jpeg') });
}
