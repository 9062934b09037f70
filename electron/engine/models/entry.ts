import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, lstat, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeFileAtomic } from '../atomic-file.ts';
import { AppError } from '../errors.ts';
import { type Manifest, parseManifest } from './manifest.ts';

export const manifestName = 'manifest.json';
const maxManifestBytes = 1 << 20;

/** A model that can be used. */
export interface ModelEntry {
  readonly manifest: Manifest;
  readonly folder: string;
  /** The `.onnx` file. */
  readonly modelPath: string;
  readonly bundled: boolean;
}

/**
 * Reads a model's folder. The model must be a plain file in it: a link could lead anywhere.
 * @throws AppError `model/bad-manifest`, `model/missing`, `model/corrupt`, `model/unreadable`
 */
export async function readEntry(folder: string, bundled: boolean): Promise<ModelEntry> {
  const manifestPath = join(folder, manifestName);
  const info = await lstat(manifestPath).catch((cause) => {
    throw new AppError('model/bad-manifest', `${folder} has no ${manifestName}.`, { cause });
  });
  if (!info.isFile() || info.size > maxManifestBytes) {
    throw new AppError(
      'model/bad-manifest',
      `The ${manifestName} in ${folder} is no plain file of a sensible size.`,
    );
  }
  const text = await readFile(manifestPath, 'utf8').catch((cause) => {
    throw new AppError('model/unreadable', `${manifestPath} cannot be read.`, { cause });
  });
  const manifest = knownManifest(text);
  const modelPath = join(folder, manifest.file);
  const file = await lstat(modelPath).catch(() => undefined);
  if (file === undefined) throw new AppError('model/missing', `The file ${manifest.file} is not there.`);
  if (!file.isFile()) throw new AppError('model/bad-manifest', `${manifest.file} is no plain file.`);
  if (file.size !== manifest.bytes) {
    throw new AppError(
      'model/corrupt',
      `${manifest.file} has ${file.size} bytes instead of ${manifest.bytes}.`,
    );
  }
  return { manifest, folder, modelPath, bundled };
}

const known = new Map<string, Manifest>();

/** Every restoration asks for all manifests several times: a text that is known is not checked again. */
function knownManifest(text: string): Manifest {
  const manifest = known.get(text) ?? parseManifest(text);
  if (known.size >= 256) known.clear();
  known.set(text, manifest);
  return manifest;
}

/**
 * Compares a model's file with the hash in its manifest.
 * @throws AppError `model/corrupt`, `model/unreadable`
 */
export async function verifyModel({
  manifest,
  modelPath,
}: Pick<ModelEntry, 'manifest' | 'modelPath'>): Promise<void> {
  if ((await hashFile(modelPath)) === manifest.sha256) return;
  throw new AppError('model/corrupt', `The file of the model "${manifest.id}" is damaged or was changed.`, {
    hint: 'Remove it and import it again, or reinstall the app.',
  });
}

/** SHA-256 of a file, hexadecimal, read in pieces. */
async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (cause) {
    throw new AppError('model/unreadable', `${path} cannot be read.`, { cause });
  }
  return hash.digest('hex');
}

/**
 * Copies a model to the folder `target` by way of a hidden folder beside it, so that a half-copied model is never
 * seen. What is verified and looked at is the copy: the original may change meanwhile.
 * @param inspect refuses the copied file by an error, or gives the manifest to write with it
 * @throws AppError `model/corrupt`, `model/cannot-write`, and those of `inspect`
 */
export async function copyModel(
  { manifest, modelPath }: ModelEntry,
  target: string,
  inspect: (copiedPath: string) => Promise<Manifest> = async () => manifest,
): Promise<void> {
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  const copiedPath = join(temporary, manifest.file);
  try {
    await mkdir(temporary, { recursive: true });
    await copyFile(modelPath, copiedPath);
    await verifyModel({ manifest, modelPath: copiedPath });
    const finished = await inspect(copiedPath);
    await writeManifest(temporary, finished);
    await rename(temporary, target);
  } catch (cause) {
    // Where nothing could be written there is nothing to remove, and that is no news.
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    if (cause instanceof AppError) throw cause;
    throw new AppError('model/cannot-write', `The model cannot be written to ${target}.`, { cause });
  }
}

/** @throws AppError `model/cannot-write` */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = join(folder, manifestName);
  await writeFileAtomic(path, `${JSON.stringify(manifest, null, 2)}\n`).catch((cause) => {
    throw new AppError('model/cannot-write', `${path} cannot be written.`, { cause });
  });
}
