import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { someOf } from '../../batch/some.ts';
import type { BatchSettings } from '../../ipc/batch.ts';
import type { TriedPhotoInfo } from '../../ipc/batch-requests.ts';
import { errorInfo } from '../../ipc/errors.ts';
import type { BatchHost } from './batch-process.ts';
import type { ChosenFolder } from './chosen-folder.ts';

/** Pictures of a few photos before and after, for a look ahead of a run. Nothing of it goes into the results. */
export class Tries {
  #folder: string | undefined;

  /** Repairs three photos, spread over the folder. What is wrong with one of them is told in its place. */
  async make(
    host: Pick<BatchHost, 'call'>,
    { folder, photos, masks }: ChosenFolder,
    settings: BatchSettings,
  ): Promise<TriedPhotoInfo[]> {
    await this.forget();
    const to = await mkdtemp(join(tmpdir(), 'photomend-try-'));
    this.#folder = to;
    const tried: TriedPhotoInfo[] = [];
    for (const { n, path } of someOf(photos)) {
      const [before, after] = (['before', 'after'] as const).map((which) => join(to, `${n}-${which}.jpg`));
      const request = { folder, path, settings, before, after, ...(masks !== undefined && { masks }) };
      try {
        const { isChanged } = await host.call('try', request);
        tried.push({ n, path, isChanged });
      } catch (error) {
        tried.push({ n, path, isChanged: false, error: errorInfo(error) });
      }
    }
    return tried;
  }

  /** The file of a picture. @param which `before` or `after` */
  pictureOf(n: number, which: string): string | undefined {
    return this.#folder && join(this.#folder, `${n}-${which}.jpg`);
  }

  async forget(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}
