import { xmpType } from './avif-container.ts';
import { type AvifItems, readAvifItems } from './avif-items.ts';
import { type IsoBox, isoBox, numberBytes } from './iso-boxes.ts';
import {
  type Loss,
  latin1Bytes,
  type MetadataBlocks,
  type StoredPart,
  startsWith,
  type WrappedFile,
} from './metadata.ts';

/** The new `meta` box and what it needs to know of its own size, which moves what lies behind it. */
function rebuiltMeta(items: AvifItems, added: readonly AddedItem[], parts: AddedProperties, moveBy: number) {
  const replaced: Readonly<Record<string, Uint8Array>> = {
    iinf: isoBox(
      'iinf',
      numberBytes([4, 0], [2, items.infos.length + added.length]),
      ...infoEntries(items, added),
    ),
    iloc: locationBox(items, added, moveBy),
    iprp: propertiesBox(items, parts),
    iref: referenceBox(items, added),
  };
  const kept = items.boxes.map((box) => replaced[box.type] ?? isoBox(box.type, box.body));
  if (added.length > 0 && !items.boxes.some(({ type }) => type === 'iref')) kept.push(replaced.iref);
  return isoBox('meta', items.meta.body.subarray(0, 4), ...kept);
}

interface AddedItem {
  readonly id: number;
  /** The `infe` entry. */
  readonly info: Uint8Array;
  /** Where its bytes begin and how many they are, in the finished file. */
  readonly offset: number;
  readonly length: number;
}

interface AddedProperties {
  readonly icc: Uint8Array | undefined;
  /** The source's `nclx` body, whose primaries and transfer the new file shall have. */
  readonly nclx: Uint8Array | undefined;
}

function infoEntries(items: AvifItems, added: readonly AddedItem[]): Uint8Array[] {
  const iinf = items.boxes.find(({ type }) => type === 'iinf');
  // The encoder's entries come first: version and flags, a count of two bytes, then its boxes.
  return [
    iinf?.body.subarray(iinf.body[0] === 0 ? 6 : 8) ?? new Uint8Array(),
    ...added.map(({ info }) => info),
  ];
}

function locationBox(items: AvifItems, added: readonly AddedItem[], moveBy: number): Uint8Array {
  const moved = items.locations.map(({ id, method, extents }) => ({
    id,
    method,
    extents: extents.map(({ offset, length }) => ({
      offset: method === 0 ? offset + moveBy : offset,
      length,
    })),
  }));
  const fresh = added.map(({ id, offset, length }) => ({ id, method: 0, extents: [{ offset, length }] }));
  const entries = [...moved, ...fresh].map(({ id, method, extents }) =>
    numberBytes(
      [2, id],
      [2, method],
      [2, 0],
      [2, extents.length],
      ...extents.flatMap(({ offset, length }) => [[4, offset] as const, [4, length] as const]),
    ),
  );
  // Version 1, offsets and lengths of four bytes, no base offset, no index.
  return isoBox('iloc', numberBytes([4, 0x01000000], [2, 0x4400], [2, entries.length]), ...entries);
}

/** BT.601, full range: what the encoder uses where it says nothing. */
const defaultMatrix = 6;

function propertiesBox(items: AvifItems, { icc, nclx }: AddedProperties): Uint8Array {
  const isNclx = ({ type, body }: Pick<IsoBox, 'type' | 'body'>) =>
    type === 'colr' && startsWith(body, 'nclx');
  const hasOwn = items.properties.some(isNclx);
  const own = items.properties.map(({ type, body }) => {
    if (!isNclx({ type, body }) || nclx === undefined) return isoBox(type, body);
    // Primaries and transfer say what the samples mean; matrix and range are the encoder's business.
    return isoBox(type, nclx.subarray(0, 8), body.subarray(8));
  });
  const fresh = [
    ...(icc ? [isoBox('colr', latin1Bytes('prof'), icc)] : []),
    ...(nclx && !hasOwn
      ? [isoBox('colr', nclx.subarray(0, 8), numberBytes([2, defaultMatrix], [1, 0x80]))]
      : []),
  ];
  const entries = items.associations.map(({ id, properties }) => {
    const added = id === items.primary ? fresh : [];
    const all = [...properties, ...added.map((_, i) => ({ index: own.length + 1 + i, essential: false }))];
    return numberBytes(
      [2, id],
      [1, all.length],
      ...all.map(({ index, essential }) => [2, index | (essential ? 0x8000 : 0)] as const),
    );
  });
  return isoBox(
    'iprp',
    isoBox('ipco', ...own, ...fresh),
    isoBox('ipma', numberBytes([4, 1], [4, entries.length]), ...entries),
  );
}

/** Each added item describes (`cdsc`) the primary picture. */
function referenceBox(items: AvifItems, added: readonly AddedItem[]): Uint8Array {
  const iref = items.boxes.find(({ type }) => type === 'iref');
  const old = iref?.body ?? numberBytes([4, 0]);
  const fresh = added.map(({ id }) => isoBox('cdsc', numberBytes([2, id], [2, 1], [2, items.primary])));
  return isoBox('iref', old, ...fresh);
}

/**
 * Puts metadata into a newly encoded AVIF: Exif and XMP as items in a second `mdat` at the end, the profile as a
 * property of the picture; with the parts of an AVIF source, its primaries and transfer too. AVIF has no place for
 * IPTC-IIM, Photoshop resources and density: they are reported as lost (density only without Exif).
 */
export function wrapAvif(
  encoded: Uint8Array,
  blocks: MetadataBlocks,
  parts: readonly StoredPart[] = [],
): WrappedFile {
  const { exif, xmp, icc, iptc, photoshop, density } = blocks;
  const lost: Loss[] = [];
  if (photoshop) lost.push('photoshop');
  if (iptc) lost.push('iptc');
  if (density && !exif) lost.push('density');
  const items = readAvifItems(encoded);
  if (items === undefined) throw new Error('The encoder wrote no AVIF.');
  const firstId = Math.max(0, ...items.infos.map(({ id }) => id)) + 1;
  const payloads = [
    ...(exif ? [{ head: [4, 0x45786966] as const, mime: '', body: [numberBytes([4, 0]), exif] }] : []),
    ...(xmp ? [{ head: [4, 0x6d696d65] as const, mime: `${xmpType}\0`, body: [xmp] }] : []),
  ];
  const layout = (moveBy: number): Uint8Array => {
    let offset = encoded.length + moveBy + 8;
    const added = payloads.map(({ head, mime, body }, i) => {
      const id = firstId + i;
      // Version 2, hidden (flag 1): id, protection, type, empty name, MIME type.
      const fields = numberBytes([4, 0x02000001], [2, id], [2, 0], head, [1, 0]);
      const length = body.reduce((sum, piece) => sum + piece.length, 0);
      const item = { id, info: isoBox('infe', fields, latin1Bytes(mime)), offset, length };
      offset += length;
      return item;
    });
    const nclx = parts.find(({ name }) => name === 'nclx')?.bytes;
    return rebuiltMeta(items, added, { icc, nclx }, moveBy);
  };
  const moveBy = layout(0).length - items.meta.sizeBytes;
  const metaEnd = items.meta.at + items.meta.sizeBytes;
  const data = payloads.flatMap(({ body }) => body);
  return {
    pieces: [
      encoded.subarray(0, items.meta.at),
      layout(moveBy),
      encoded.subarray(metaEnd),
      ...(data.length > 0 ? [isoBox('mdat', ...data)] : []),
    ],
    lost,
  };
}
