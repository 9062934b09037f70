import { viewOf } from './metadata.ts';

const maxTags = 200;
const headerBytes = 128;

/** The part of a profile that a tag names (ICC.1, section 7.3). */
function tagBytes(icc: Uint8Array, name: string): Uint8Array | undefined {
  const view = viewOf(icc);
  const count = Math.min(view.getUint32(headerBytes), maxTags);
  for (let i = 0; i < count; i++) {
    const at = headerBytes + 4 + 12 * i;
    if (at + 12 > icc.length) return undefined;
    if (String.fromCharCode(...icc.subarray(at, at + 4)) !== name) continue;
    const start = view.getUint32(at + 4);
    const size = view.getUint32(at + 8);
    return start + size <= icc.length ? icc.subarray(start, start + size) : undefined;
  }
  return undefined;
}

/** A profile's description, such as `Display P3`; undefined for a broken or nameless one. Never throws. */
export function iccName(icc: Uint8Array): string | undefined {
  if (icc.length < headerBytes + 4) return undefined;
  const tag = tagBytes(icc, 'desc');
  if (tag === undefined || tag.length < 12) return undefined;
  const view = viewOf(tag);
  const type = String.fromCharCode(...tag.subarray(0, 4));
  if (type === 'desc') {
    // Version 2: length with its final 0, then ASCII.
    return clean(new TextDecoder('latin1').decode(tag.subarray(12, 12 + Math.max(0, view.getUint32(8) - 1))));
  }
  if (type !== 'mluc' || tag.length < 28) return undefined;
  // Version 4: records of language, country, length, offset; UTF-16BE. The first record will do.
  const start = view.getUint32(24);
  return clean(new TextDecoder('utf-16be').decode(tag.subarray(start, start + view.getUint32(20))));
}

function clean(text: string): string | undefined {
  return text.replaceAll('\0', '').trim() || undefined;
}
