import { findBox, type IsoBox, innerBoxes, NumberReader, readBoxes } from './iso-boxes.ts';

/** Where an item's bytes lie: in the file (method 0) or in the `idat` box (method 1). */
export interface ItemLocation {
  readonly id: number;
  readonly method: number;
  readonly extents: readonly { readonly offset: number; readonly length: number }[];
}

export interface ItemInfo {
  readonly id: number;
  readonly type: string;
  /** MIME type of an item of type `mime`. */
  readonly contentType: string;
}

/** Which properties (numbered from 1) an item has. */
export interface ItemProperties {
  readonly id: number;
  readonly properties: readonly { readonly index: number; readonly essential: boolean }[];
}

/** The `meta` box of an AVIF file (ISO/IEC 23008-12), taken apart. */
export interface AvifItems {
  readonly file: readonly IsoBox[];
  readonly meta: IsoBox;
  readonly boxes: readonly IsoBox[];
  readonly primary: number;
  readonly infos: readonly ItemInfo[];
  readonly locations: readonly ItemLocation[];
  readonly properties: readonly IsoBox[];
  readonly associations: readonly ItemProperties[];
  readonly complete: boolean;
}

/** Files have a few items; a grid has some hundred. */
const maxItems = 20_000;

/** Undefined where there is no such structure. Never throws. */
export function readAvifItems(bytes: Uint8Array): AvifItems | undefined {
  const { boxes: file, complete } = readBoxes(bytes);
  const meta = findBox(file, 'meta');
  if (meta === undefined) return undefined;
  const boxes = innerBoxes(meta, 4);
  const inProperties = innerBoxes(findBox(boxes, 'iprp'));
  const pitm = findBox(boxes, 'pitm');
  const primary = new NumberReader(pitm?.body ?? new Uint8Array());
  const idBytes = primary.read(4) >>> 24 === 0 ? 2 : 4;
  return {
    file,
    meta,
    boxes,
    primary: primary.read(idBytes),
    infos: readInfos(findBox(boxes, 'iinf')),
    locations: readLocations(findBox(boxes, 'iloc')),
    properties: innerBoxes(findBox(inProperties, 'ipco')),
    associations: readAssociations(findBox(inProperties, 'ipma')),
    complete,
  };
}

function readInfos(iinf: IsoBox | undefined): ItemInfo[] {
  if (iinf === undefined) return [];
  const entries = innerBoxes(iinf, iinf.body[0] === 0 ? 6 : 8);
  return entries.slice(0, maxItems).map(({ body }) => {
    const idBytes = body[0] === 3 ? 4 : 2;
    const reader = new NumberReader(body.subarray(4));
    const id = reader.read(idBytes);
    const rest = body.subarray(4 + idBytes + 2);
    const [, contentType = ''] = new TextDecoder('latin1').decode(rest.subarray(4, 260)).split('\0');
    return { id, type: String.fromCharCode(...rest.subarray(0, 4)), contentType };
  });
}

function readLocations(iloc: IsoBox | undefined): ItemLocation[] {
  if (iloc === undefined) return [];
  const reader = new NumberReader(iloc.body);
  const version = reader.read(4) >>> 24;
  const sizes = reader.read(2);
  const [offsetBytes, lengthBytes, baseBytes] = [(sizes >> 12) & 15, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const isLarge = version >= 2;
  const count = Math.min(reader.read(isLarge ? 4 : 2), maxItems);
  const locations: ItemLocation[] = [];
  for (let i = 0; i < count && !reader.overrun; i++) {
    const id = reader.read(isLarge ? 4 : 2);
    const method = version === 0 ? 0 : reader.read(2) & 15;
    reader.read(2); // data reference: this file
    const base = reader.read(baseBytes);
    const extentCount = Math.min(reader.read(2), maxItems);
    const extents: { offset: number; length: number }[] = [];
    for (let k = 0; k < extentCount && !reader.overrun; k++) {
      reader.read(indexBytes);
      const offset = base + reader.read(offsetBytes);
      extents.push({ offset, length: reader.read(lengthBytes) });
    }
    locations.push({ id, method, extents });
  }
  return reader.overrun ? [] : locations;
}

function readAssociations(ipma: IsoBox | undefined): ItemProperties[] {
  if (ipma === undefined) return [];
  const reader = new NumberReader(ipma.body);
  const versionAndFlags = reader.read(4);
  const idBytes = versionAndFlags >>> 24 === 0 ? 2 : 4;
  const indexBytes = (versionAndFlags & 1) === 1 ? 2 : 1;
  const count = Math.min(reader.read(4), maxItems);
  const associations: ItemProperties[] = [];
  for (let i = 0; i < count && !reader.overrun; i++) {
    const id = reader.read(idBytes);
    const properties = Array.from({ length: reader.read(1) }, () => {
      const value = reader.read(indexBytes);
      const essentialBit = indexBytes === 2 ? 0x8000 : 0x80;
      return { index: value & (essentialBit - 1), essential: (value & essentialBit) !== 0 };
    });
    associations.push({ id, properties });
  }
  return reader.overrun ? [] : associations;
}

/** The bytes of an item; undefined where they are not all there. */
export function itemBytes(bytes: Uint8Array, items: AvifItems, id: number): Uint8Array | undefined {
  const location = items.locations.find((one) => one.id === id);
  const source = location?.method === 1 ? findBox(items.boxes, 'idat')?.body : bytes;
  if (location === undefined || source === undefined || location.extents.length !== 1) return undefined;
  const [{ offset, length }] = location.extents;
  // A length of 0 means: to the end.
  const end = length === 0 ? source.length : offset + length;
  return end <= source.length ? source.subarray(offset, end) : undefined;
}

/** The properties of the primary picture. */
export function primaryProperties({ associations, primary, properties }: AvifItems): IsoBox[] {
  const own = associations.find(({ id }) => id === primary)?.properties ?? [];
  return own.map(({ index }) => properties[index - 1]).filter((box) => box !== undefined);
}
