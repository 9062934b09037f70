import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineMethods } from '../../hosts/engine/contract.ts';
import type { SupervisedHost } from '../../hosts/supervised-host.ts';
import { errorInfo } from '../../ipc/errors.ts';
import { runFiles } from '../../training/runs/run-folder.ts';
import type { Training } from '../training/training.ts';
import { securityHeaders } from './headers.ts';

const thumbnailSidePx = 192;
const id = '([0-9a-f-]{36})';
const wallPattern = new RegExp(`^/training/photo/${id}$`);
const stripPattern = new RegExp(`^/training/run/${id}/live/(original|damaged|current|step-\\d{1,9})$`);
const pairPattern = new RegExp(`^/training/run/${id}/pairs/(\\d{1,3}-(?:original|damaged|old|new))$`);

type Parts = {
  readonly training: Pick<Training, 'library' | 'runs'>;
  readonly engine: Pick<SupervisedHost<EngineMethods>, 'call'>;
};

/** Pictures of trainings, see `ipc/urls.ts`. Undefined where the path is none of them. */
export async function trainingPicture(request: Request, parts: Parts): Promise<Response | undefined> {
  const { pathname } = new URL(request.url);
  const wall = wallPattern.exec(pathname);
  const strip = stripPattern.exec(pathname);
  const pair = pairPattern.exec(pathname);
  try {
    if (wall !== null) {
      const path = parts.training.library.pathOf(wall[1]);
      if (path === undefined) return notFound();
      return picture('image/jpeg', await parts.engine.call('thumbnail', { path, sidePx: thumbnailSidePx }));
    }
    const found = strip ?? pair;
    if (found === null) return undefined;
    const folder = join(
      parts.training.runs.folderOf(found[1]),
      strip === null ? runFiles.pairs : runFiles.live,
    );
    return picture('image/png', await readFile(join(folder, `${found[2]}.png`)));
  } catch (error) {
    return Response.json(errorInfo(error), { status: 404, headers: securityHeaders('application/json') });
  }
}

function picture(contentType: string, content: Uint8Array): Response {
  return new Response(new Uint8Array(content), {
    headers: { ...securityHeaders(contentType), 'content-length': String(content.length) },
  });
}

function notFound(): Response {
  return new Response('Not found', { status: 404, headers: securityHeaders('text/plain') });
}
