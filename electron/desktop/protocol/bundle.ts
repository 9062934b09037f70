import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { securityHeaders } from './headers.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
};

/** Answers for the built page and its parts. */
export type BundleHandler = (path: string) => Promise<Response | undefined>;

/**
 * Serves the files that are in a folder when this is called, and no others: a name is looked up in a list, never made
 * into a path.
 */
export async function serveBundle(folder: string): Promise<BundleHandler> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map(
    entries
      .filter((entry) => entry.isFile() && extname(entry.name) in contentTypes)
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [`/${relative(folder, path).split(sep).join('/')}`, path]),
  );
  return async (path) => {
    const file = files.get(path);
    if (file === undefined) return undefined;
    return new Response(await readFile(file), { headers: securityHeaders(contentTypes[extname(file)]) });
  };
}
