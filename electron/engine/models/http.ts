import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { AppError } from '../errors.ts';
import type { DownloadRules } from './download-rules.ts';

const mostRedirections = 5;

export interface GetOptions {
  /** First byte wanted. */
  readonly from: number;
  readonly signal: AbortSignal | undefined;
  readonly rules: DownloadRules;
}

/**
 * The answer to a GET request, after redirections, each of which must be allowed. Nothing is sent but the address and
 * what part is wanted.
 * @throws AppError `download/refused` for addresses that are not allowed, `download/failed` where the server says no;
 *   what a cut connection throws
 */
export async function get(url: string, { from, signal, rules }: GetOptions): Promise<IncomingMessage> {
  let at = url;
  for (let hops = 0; hops <= mostRedirections; hops++) {
    if (!rules.isAllowed(at)) {
      const { host } = new URL(at);
      throw new AppError('download/refused', `The download leads to ${host}, where no models come from.`, {
        data: { host },
      });
    }
    const response = await ask(at, from, signal, rules.silenceMs);
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy();
      at = new URL(headers.location, at).href;
      continue;
    }
    if (statusCode === 200 || statusCode === 206) return response;
    response.destroy();
    // Busy servers may answer later.
    if (statusCode === 429 || statusCode >= 500) throw new Error(`the server answered with ${statusCode}`);
    throw new AppError('download/failed', `The download failed: the server answered with ${statusCode}.`, {
      data: { reason: String(statusCode) },
    });
  }
  throw new AppError('download/refused', 'The download leads on and on.', {
    data: { host: new URL(at).host },
  });
}

function ask(
  url: string,
  from: number,
  signal: AbortSignal | undefined,
  silenceMs: number,
): Promise<IncomingMessage> {
  const { get: send } = url.startsWith('https:') ? https : http;
  const headers = { 'User-Agent': 'Photomend', ...(from > 0 && { Range: `bytes=${from}-` }) };
  return new Promise((resolve, reject) => {
    const request = send(url, { headers, ...(signal !== undefined && { signal }) }, resolve);
    request.setTimeout(silenceMs, () => request.destroy(new Error('nothing came for too long')));
    request.on('error', reject);
  });
}
