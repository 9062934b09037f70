import { copyBytes, joinBytes, latin1Bytes, startsWith, viewOf } from './metadata.ts';

/** Photoshop's number for the resource that holds IPTC-IIM records. */
const iptcResource = 0x0404;
/** Small pictures of the photo, as Photoshop 4 and 5 wrote them. */
const thumbnailResources = [0x0409, 0x040c];

interface Resource {
  readonly id: number;
  readonly at: number;
  /** Of its data. */
  readonly start: number;
  readonly size: number;
  /** Where the next one lies. */
  readonly end: number;
}

/**
 * Photoshop image resources: `8BIM`, id (2 bytes), name (Pascal string, padded to even), size (4 bytes), data padded
 * to even (Adobe, Photoshop File Formats, Image Resource Blocks). What lies behind a broken one is left out.
 */
function readResources(resources: Uint8Array): Resource[] {
  const view = viewOf(resources);
  const found: Resource[] = [];
  let at = 0;
  while (at + 12 <= resources.length && startsWith(resources.subarray(at), '8BIM')) {
    const id = view.getUint16(at + 4);
    const nameBytes = resources[at + 6] + 1;
    const sizeAt = at + 6 + nameBytes + (nameBytes % 2);
    if (sizeAt + 4 > resources.length) break;
    const start = sizeAt + 4;
    const size = view.getUint32(sizeAt);
    if (start + size > resources.length) break;
    const end = Math.min(resources.length, start + size + (size % 2));
    found.push({ id, at, start, size, end });
    at = end;
  }
  return found;
}

/** IPTC-IIM records inside Photoshop image resources. */
export function iptcInResources(resources: Uint8Array): Uint8Array | undefined {
  const iptc = readResources(resources).find(({ id }) => id === iptcResource);
  return iptc && copyBytes(resources, iptc.start, iptc.start + iptc.size);
}

/** The resources without those that are small pictures of the photo; every other byte as it was. */
export function withoutThumbnailResources(resources: Uint8Array): Uint8Array {
  const thumbnails = readResources(resources).filter(({ id }) => thumbnailResources.includes(id));
  if (thumbnails.length === 0) return resources;
  const cuts = [0, ...thumbnails.flatMap(({ at, end }) => [at, end]), resources.length];
  return joinBytes(cuts.flatMap((from, i) => (i % 2 === 0 ? [resources.subarray(from, cuts[i + 1])] : [])));
}

/** Photoshop image resources that hold nothing but IPTC-IIM records. */
export function resourcesOfIptc(iptc: Uint8Array): Uint8Array {
  const header = new Uint8Array(12);
  header.set(latin1Bytes('8BIM'));
  viewOf(header).setUint16(4, iptcResource);
  viewOf(header).setUint32(8, iptc.length);
  return joinBytes([header, iptc, new Uint8Array(iptc.length % 2)]);
}
