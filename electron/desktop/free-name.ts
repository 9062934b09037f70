import { stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The path of a file that is not there yet: `stem.extension`, or with a number behind the stem. */
export async function freeName(folder: string, stem: string, extension: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = join(folder, `${stem}${number === 1 ? '' : `-${number}`}.${extension}`);
    const isTaken = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isTaken) return path;
  }
}
