import type { BatchSettings, How, Naming, Where } from '../../electron/ipc/batch.ts';
import { defaultHow, defaultNaming } from '../../electron/ipc/batch-defaults.ts';
import type { MaskedRegion } from '../../electron/ipc/document.ts';
import { asPlaced, type Fit } from '../../electron/ipc/placed-rects.ts';

export type WhereChoice = Where['kind'] | 'mask';

/** Regions of a photo that is open in the editor, which can be laid on all photos. */
export interface Template {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly regions: readonly MaskedRegion[];
}

/** What a person decides once for all photos of a folder. */
export class FolderChoices {
  where = $state<WhereChoice>('found');
  minConfidence = $state(0.5);
  fit = $state<Fit>('scale');
  how = $state<How>(defaultHow);
  naming = $state<Naming>(defaultNaming);
  readonly #template: () => Template | undefined;

  constructor(template: () => Template | undefined) {
    this.#template = template;
  }

  get template(): Template | undefined {
    return this.#template();
  }

  /** Undefined while something is missing. @param hasMasks whether masks have been chosen */
  settings(hasMasks: boolean): BatchSettings | undefined {
    const where = this.#where(hasMasks);
    return where && { where, how: $state.snapshot(this.how), naming: $state.snapshot(this.naming) };
  }

  #where(hasMasks: boolean): Where | undefined {
    switch (this.where) {
      case 'found':
        return { kind: 'found', minConfidence: this.minConfidence };
      case 'masks':
      case 'mask':
        return hasMasks ? { kind: 'masks', damage: 'auto' } : undefined;
      case 'sidecar':
        return { kind: 'sidecar' };
      case 'whole':
        return { kind: 'whole', damage: 'auto' };
      case 'rects': {
        const template = this.template;
        if (template === undefined || template.regions.length === 0) return undefined;
        const rects = template.regions.map(({ rect, mask, damage }) => ({
          ...asPlaced(rect, template, this.fit),
          damage: $state.snapshot(damage),
          ...(mask !== undefined && { mask }),
        }));
        return { kind: 'rects', rects };
      }
    }
  }
}
