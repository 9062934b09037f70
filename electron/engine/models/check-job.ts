import type { Manifest } from './manifest.ts';

/** What the child process that tries out a model is asked: whether the file is what the manifest says. */
export interface CheckJob {
  readonly path: string;
  readonly expected: Pick<Manifest, 'adapter' | 'sizeMultiple' | 'tileSizePx' | 'signature'>;
  /** The scale of the output is not known yet. */
  readonly isScaleOpen: boolean;
}

/** What a model of others shows when it is run; nothing of our own. */
export interface Measured {
  /** How many times larger than the input its output is. */
  readonly scale?: number;
  /** The smallest side of the pictures it was run on; present where it failed on smaller ones. */
  readonly minSidePx?: number;
  /** The lowest and highest sample of its output for a picture that has all from black to white. */
  readonly lowest?: number;
  readonly highest?: number;
}

/** What it answers. */
export type CheckAnswer =
  | { readonly ok: true; readonly measured: Measured }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly hint?: string | undefined;
    };
