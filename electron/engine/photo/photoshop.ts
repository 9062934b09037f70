import { copyBytes, joinBytes, latin1Bytes, startsWith, viewOf } from './metadata.ts';

/** Photoshop's number for the resource that holds IPTC-IIM records. */
const iptcResource = 0x0404;

/**
 * IPTC-IIM records inside Photoshop image resources: `8BIM`, id (2 bytes), name (Pascal string, padded to even),
 * size (4 bytes), data padded to even (Adobe, Photoshop File Formats, Image Resource Blocks).
 */
export function iptcInResources(resources: Uint8Array): Uint8Array | undefined {
  const view = viewOf(resources);
  let at = 0;
  while (at + 12 <= resources.length && startsWith(resources.subarray(at), '8BIM')) {
    const id = view.getUint16(at + 4);
    const nameBytes = resources[at + 6] + 1;
    const sizeAt = at + 6 + nameBytes + (nameBytes % 2);
    if (sizeAt + 4 > resources.length) return undefined;
    const start = sizeAt + 4;
    const size = view.getUint32(sizeAt);
    if (start + size > resources.length) return undefined;
    if (id === iptcResource) return copyBytes(resources, start, start + size);
    at = start + size + (size % 2);
  }
  return undefined;
}

/** Photoshop image resources that hold nothing but IPTC-IIM records. */
export function resourcesOfIptc(iptc: Uint8Array): Uint8Array {
  const header = new Uint8Array(12);
  header.set(latin1Bytes('8BIM'));
  viewOf(header).setUint16(4, iptcResource);
  viewOf(header).setUint32(8, iptc.length);
  return joinBytes([header, iptc, new Uint8Array(iptc.length % 2)]);
}
