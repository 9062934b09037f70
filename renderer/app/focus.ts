import type { Edit } from '../../electron/ipc/document.ts';
import { isWhole } from '../../electron/ipc/whole-edits.ts';
import type { PhotoSession } from '../editor/photo-session.svelte.ts';
import type { Part } from './saving.svelte.ts';

/** The repair that strength acts on: the selected one, else the last. */
export function editInFocus(session: PhotoSession): Edit | undefined {
  const { edits } = session.document;
  return edits.find(({ id }) => id === session.selectedEditId) ?? edits.at(-1);
}

/** The part of the photo that copying and exporting a selection mean: the selected region, or the selected repair. */
export function selectedPart(session: PhotoSession): Part | undefined {
  if (session.selectedRegion !== undefined) return session.selectedRegion.rect;
  const edit = session.document.edits.find(({ id }) => id === session.selectedEditId);
  return edit === undefined || isWhole(edit) ? undefined : edit.region.rect;
}
