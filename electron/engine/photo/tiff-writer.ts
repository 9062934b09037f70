import { joinBytes, viewOf } from './metadata.ts';
import type { TiffDirectory, TiffStructure, TiffTag } from './tiff-tags.ts';

/** What of each TIFF type is swapped as one unit when the byte order changes. */
const unitBytes = [0, 1, 1, 2, 4, 4, 1, 1, 2, 4, 4, 4, 8, 4];

type Entries = Pick<TiffDirectory, 'tags' | 'children'>;

function swapped(tag: TiffTag): TiffTag {
  const unit = unitBytes[tag.type] ?? 1;
  const value = new Uint8Array(tag.value);
  for (let at = 0; unit > 1 && at + unit <= value.length; at += unit) value.subarray(at, at + unit).reverse();
  return { ...tag, value };
}

/** A directory's values in the other byte order; UNDEFINED bytes (a MakerNote, say) stay as they are. */
export function swappedDirectory(directory: TiffDirectory): TiffDirectory {
  const children = [...directory.children].map(([tag, child]) => [tag, swappedDirectory(child)] as const);
  return { ...directory, tags: directory.tags.map(swapped), children: new Map(children) };
}

/**
 * Serialises a directory and its children as they shall lie at `start` (even) of a classic TIFF file whose byte
 * order is that of the values.
 */
export function writeTiffDirectory(directory: Entries, start: number, littleEndian: boolean): Uint8Array {
  const pointers = [...directory.children].map(([tag, child]) => ({ tag, child }));
  // BigTIFF's 8-byte types have no place in a classic file; no metadata that matters uses them.
  const values = directory.tags.filter(({ type }) => type < unitBytes.length);
  const entries = [...values, ...pointers].sort((a, b) => a.tag - b.tag);
  const header = new Uint8Array(2 + 12 * entries.length + 4);
  const view = viewOf(header);
  const pieces: Uint8Array[] = [header];
  let end = header.length;
  /** Lays bytes behind what is there already and tells where in the file they lie. */
  const append = (piece: Uint8Array): number => {
    const at = start + end;
    pieces.push(piece, new Uint8Array(piece.length % 2));
    end += piece.length + (piece.length % 2);
    return at;
  };
  view.setUint16(0, entries.length, littleEndian);
  for (const [i, entry] of entries.entries()) {
    const at = 2 + 12 * i;
    const isPointer = 'child' in entry;
    view.setUint16(at, entry.tag, littleEndian);
    view.setUint16(at + 2, isPointer ? 4 : entry.type, littleEndian);
    view.setUint32(at + 4, isPointer ? 1 : entry.count, littleEndian);
    if (isPointer) {
      const child = writeTiffDirectory(entry.child, start + end, littleEndian);
      view.setUint32(at + 8, append(child), littleEndian);
    } else if (entry.value.length <= 4) {
      header.set(entry.value, at + 8);
    } else {
      view.setUint32(at + 8, append(entry.value), littleEndian);
    }
  }
  return joinBytes(pieces);
}

/** An Exif block: the header of a TIFF file and one directory with its children. */
export function writeTiffStructure({ littleEndian, first }: TiffStructure): Uint8Array {
  const header = new Uint8Array(8).fill(littleEndian ? 0x49 : 0x4d, 0, 2);
  viewOf(header).setUint16(2, 42, littleEndian);
  viewOf(header).setUint32(4, header.length, littleEndian);
  return joinBytes([header, writeTiffDirectory(first, header.length, littleEndian)]);
}
