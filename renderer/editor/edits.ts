import type { Layers, RestoreResult } from '../../electron/ipc/contract.ts';
import type {
  DamageMeasure,
  Edit,
  MaskedRegion,
  PhotoDocument,
  RegionEdit,
} from '../../electron/ipc/document.ts';
import { isWhole } from '../../electron/ipc/whole-edits.ts';

const defaultStrength = 1;

/** Patches of the edits that are in force, the lowest first. */
export function layersOf(edits: readonly Edit[]): Layers {
  return edits
    .filter(({ enabled }) => enabled)
    .flatMap(({ patches, strength }) => patches.map(({ id }) => ({ patch: id, strength })));
}

/** Two lists of edits with the same key give the same picture and the same history. */
export function keyOfEdits(edits: readonly Edit[]): string {
  return JSON.stringify(edits.map(({ id, strength, enabled }) => [id, strength, enabled]));
}

/** What became of the regions that were sent to be restored. */
export interface Outcome {
  readonly edits: readonly RegionEdit[];
  /** Restored ones, as they were sent. */
  readonly restored: ReadonlySet<MaskedRegion>;
  /** Those in good order, as they were sent. */
  readonly sound: readonly MaskedRegion[];
}

/** @param isWanted false for regions that were deleted meanwhile */
export function outcomeOf(
  result: RestoreResult,
  sent: readonly MaskedRegion[],
  isWanted: (region: MaskedRegion) => boolean,
): Outcome {
  const edits: RegionEdit[] = [];
  const restored = new Set<MaskedRegion>();
  const sound: MaskedRegion[] = [];
  for (const { region: id, damage, patches, seconds } of result.regions) {
    const region = sent.find((candidate) => candidate.id === id);
    if (region === undefined || !isWanted(region)) continue;
    if (damage === null) {
      sound.push(region);
    } else {
      restored.add(region);
      edits.push(newEdit(region, damage, { patches, seconds, provider: result.provider }));
    }
  }
  return { edits, restored, sound };
}

/** A region that was changed while it was restored stays: what was restored is not what it is now. */
export function withOutcome(document: PhotoDocument, { edits, restored }: Outcome): PhotoDocument {
  return {
    regions: document.regions.filter((region) => !restored.has(region)),
    edits: [...document.edits, ...edits],
  };
}

/** Puts an edit in the place of another. */
export function withEditInPlace(document: PhotoDocument, oldId: string, edit: Edit): PhotoDocument {
  return { ...document, edits: document.edits.map((other) => (other.id === oldId ? edit : other)) };
}

function newEdit(
  region: MaskedRegion,
  damage: DamageMeasure,
  { patches, provider, seconds }: Pick<Edit, 'patches' | 'provider' | 'seconds'>,
): RegionEdit {
  return {
    id: crypto.randomUUID(),
    region,
    damage,
    patches,
    strength: defaultStrength,
    enabled: true,
    provider,
    seconds,
    madeAt: new Date().toISOString(),
  };
}

/** Places of repaired regions, to be found by a pointer. */
export function repairedPlaces(
  edits: readonly Edit[],
): { readonly rect: MaskedRegion['rect']; readonly value: string }[] {
  return edits.flatMap((its) => (isWhole(its) ? [] : [{ rect: its.region.rect, value: its.id }]));
}
