import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../engine/errors.ts';

/**
 * The folder of bundled files: `resources/` of the repository, from `out/` or from a build elsewhere below it.
 * @throws AppError `internal/no-resources`
 */
export function resourcesFolder(): string {
  for (const up of ['..', '../..', '../../..']) {
    const folder = fileURLToPath(new URL(`${up}/resources`, import.meta.url));
    if (existsSync(`${folder}/probe/probe.onnx`)) return folder;
  }
  throw new AppError('internal/no-resources', 'The bundled files are missing: reinstall Photomend.');
}
