import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { foreignAdapterNames } from './adapters/by-name.ts';
import { type ImportAnswers, importAnswersSchema } from './answers.ts';
import { isPublicAddress } from './download-rules.ts';
import { maxModelBytes } from './manifest.ts';

const address = z.string().refine((url) => isPublicAddress(url), 'is no address that models come from');

const catalogueSchema = z.strictObject({
  schemaVersion: z.literal(1),
  models: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
        name: z.string().min(1).max(200),
        family: z.enum(foreignAdapterNames),
        licence: z.string().min(1).max(200),
        /** Whether its licence allows commercial use. */
        commercial: z.boolean(),
        /** Where it is published, for people. */
        page: address,
        /** Null where its size and checksum are not known: it can be imported, but not fetched from here. */
        download: z
          .strictObject({
            url: address,
            bytes: z.int().min(1).max(maxModelBytes),
            sha256: z.string().regex(/^[0-9a-f]{64}$/),
          })
          .nullable(),
        /** What its file does not tell. */
        answers: importAnswersSchema.optional(),
      }),
    )
    .max(200),
});
export type CatalogueModel = z.infer<typeof catalogueSchema>['models'][number];

/**
 * Public models, where they are published and under what licence. None of them is part of Photomend.
 * @throws AppError `internal/no-resources`
 */
export async function readCatalogue(path: string): Promise<readonly CatalogueModel[]> {
  try {
    return catalogueSchema.parse(JSON.parse(await readFile(path, 'utf8'))).models;
  } catch (cause) {
    throw new AppError('internal/no-resources', 'The catalogue of models is missing: reinstall Photomend.', {
      cause,
    });
  }
}

/** What the catalogue knows of a file, by its checksum: nothing needs to be asked about it. */
export function knownAnswers(
  catalogue: readonly CatalogueModel[],
  sha256: string,
): ImportAnswers | undefined {
  const model = catalogue.find(({ download }) => download?.sha256 === sha256);
  return model && { ...model.answers, name: model.name, licence: model.licence };
}
