import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { someOf } from '../batch/some.ts';
import type { BatchMethods, RunArgument } from '../hosts/batch/contract.ts';
import type { SupervisedHost } from '../hosts/supervised-host.ts';
import { errorInfo } from '../ipc/errors.ts';
import { exitCodes } from './failure.ts';

/**
 * Repairs three photos, spread over the folder, for a look: pictures of them before and after go into a folder of
 * their own, beside that for the results. What an earlier try left there is replaced.
 * @returns the exit code
 */
export async function tryBatch(
  host: Pick<SupervisedHost<BatchMethods>, 'call'>,
  { folder, out, settings, masks }: RunArgument,
  json: boolean,
): Promise<number> {
  const { photos } = await host.call('list', { folder, out });
  const to = `${out}-tried`;
  await mkdir(to, { recursive: true });
  const some = someOf(photos);
  let failed = 0;
  for (const [i, { path }] of some.entries()) {
    const stem = join(to, `${i + 1}-${basename(path, extname(path))}`);
    const pictures = { before: `${stem}-before.jpg`, after: `${stem}-after.jpg` };
    const request = { folder, path, settings, ...pictures, ...(masks !== undefined && { masks }) };
    try {
      const { isChanged, regions } = await host.call('try', request);
      const words = isChanged ? `${regions.length} repaired -> ${pictures.after}` : 'in good order';
      say(json, { event: 'tried', photo: path, isChanged, regions, ...pictures }, `${path}: ${words}`);
    } catch (error) {
      failed++;
      const { code, message } = errorInfo(error);
      say(json, { event: 'tried', photo: path, code, message }, `${path}: ${message} [${code}]`);
    }
  }
  if (failed === 0) return exitCodes.ok;
  return failed === some.length ? exitCodes.failed : exitCodes.partly;
}

function say(json: boolean, record: object, words: string): void {
  process.stdout.write(`${json ? JSON.stringify(record) : words}\n`);
}
