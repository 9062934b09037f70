import type { ErrorInfo } from '../../../electron/ipc/contract.ts';

/** A picture that did not arrive, as an error for people. */
export class PictureError extends Error {
  override readonly name = 'PictureError';
  readonly info: ErrorInfo;

  constructor(info: ErrorInfo) {
    super(info.message);
    this.info = info;
  }
}

/**
 * Fetches and decodes a picture off the main thread, upright and in sRGB.
 * @throws PictureError where it does not arrive or cannot be decoded, AbortError
 */
export async function fetchPicture(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  const response = await fetch(url, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new PictureError(unexpected('The picture could not be fetched.'));
  });
  if (!response.ok) throw new PictureError(await errorOf(response));
  const content = await response.blob();
  const picture = await createImageBitmap(content, { imageOrientation: 'from-image' }).catch(() => {
    throw new PictureError({
      code: 'photo/unreadable',
      message: 'The photo is damaged and cannot be read.',
      data: {},
    });
  });
  if (signal.aborted) {
    picture.close();
    throw new DOMException('No longer wanted.', 'AbortError');
  }
  return picture;
}

async function errorOf(response: Response): Promise<ErrorInfo> {
  const body: unknown = await response.json().catch(() => undefined);
  return isErrorInfo(body) ? body : unexpected(`The picture could not be fetched (${response.status}).`);
}

function isErrorInfo(value: unknown): value is ErrorInfo {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}

function unexpected(message: string): ErrorInfo {
  return { code: 'internal/unexpected', message, data: {} };
}
