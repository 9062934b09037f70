import type { Manifest } from './manifest.ts';

/** What the child process that tries out a model is asked: whether the file is what the manifest says. */
export interface CheckJob {
  readonly path: string;
  readonly expected: Pick<Manifest, 'adapter' | 'sizeMultiple' | 'tileSizePx'>;
}

/** What it answers. */
export type CheckAnswer =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly hint?: string | undefined;
    };
