const iptcExtension = 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/';
const tiffNamespace = 'http://ns.adobe.com/tiff/1.0/';
const xmpNamespace = 'http://ns.adobe.com/xap/1.0/';
const exifNamespace = 'http://ns.adobe.com/exif/1.0/';
/** IPTC's word for a picture of which a trained model made a part. */
export const reconstructedSource =
  'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia';

function decode(xmp: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(xmp);
  } catch {
    return undefined;
  }
}

/** The prefix that a packet gives a namespace; XMP writers are free in this. */
function prefixOf(text: string, namespace: string): string | undefined {
  const escaped = namespace.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`xmlns:([\\w.-]+)\\s*=\\s*["']${escaped}["']`).exec(text)?.[1];
}

/** Replaces a simple property, written as attribute or as element. The text itself where there is none. */
function replaced(text: string, namespace: string, property: string, value: string): string {
  const prefix = prefixOf(text, namespace);
  if (prefix === undefined) return text;
  const name = `${prefix}:${property}`;
  return text
    .replace(
      new RegExp(`(\\s${name}\\s*=\\s*)(["'])[^"'<]*\\2`),
      (_, start, quote) => start + quote + value + quote,
    )
    .replace(
      new RegExp(`(<${name}(?:\\s[^>]*)?>)[^<]*(</${name}\\s*>)`),
      (_, open, close) => open + value + close,
    );
}

/**
 * A packet for pixels that were turned upright: orientation 1 and the size of the turned picture where it names
 * them. Packets in another encoding than UTF-8 come back as they are.
 */
export function uprightXmp(
  xmp: Uint8Array,
  size: { readonly width: number; readonly height: number },
): Uint8Array {
  const text = decode(xmp);
  if (text === undefined) return xmp;
  const { width, height } = size;
  let out = replaced(text, tiffNamespace, 'Orientation', '1');
  out = replaced(out, tiffNamespace, 'ImageWidth', String(width));
  out = replaced(out, tiffNamespace, 'ImageLength', String(height));
  out = replaced(out, exifNamespace, 'PixelXDimension', String(width));
  out = replaced(out, exifNamespace, 'PixelYDimension', String(height));
  return out === text ? xmp : new TextEncoder().encode(out);
}

/** A packet without the small pictures of the photo that some programs put into it. */
export function xmpWithoutThumbnails(xmp: Uint8Array): Uint8Array {
  const text = decode(xmp);
  const prefix = text && prefixOf(text, xmpNamespace);
  if (text === undefined || prefix === undefined) return xmp;
  const name = `${prefix}:Thumbnails`;
  const start = text.search(new RegExp(`<${name}[\\s>]`));
  const end = text.indexOf(`</${name}`, start);
  if (start < 0 || end < 0) return xmp;
  return new TextEncoder().encode(text.slice(0, start) + text.slice(text.indexOf('>', end) + 1));
}

/**
 * A packet that says that a trained model made a part of the picture (IPTC's DigitalSourceType), in the given
 * packet or in a new one. Undefined where the given one cannot be added to.
 */
export function markedAsReconstructed(xmp: Uint8Array | undefined): Uint8Array | undefined {
  if (xmp === undefined) return new TextEncoder().encode(newPacket());
  const text = decode(xmp);
  if (text === undefined) return undefined;
  const prefix = prefixOf(text, iptcExtension);
  const isThere = prefix !== undefined && new RegExp(`[\\s<]${prefix}:DigitalSourceType[\\s=>]`).test(text);
  if (isThere) {
    return new TextEncoder().encode(replaced(text, iptcExtension, 'DigitalSourceType', reconstructedSource));
  }
  const end = [...text.matchAll(/<\/([\w.-]+):RDF\s*>/g)].at(-1);
  if (end === undefined) return undefined;
  const rdf = end[1];
  const about = new RegExp(`${rdf}:about\\s*=\\s*("[^"]*"|'[^']*')`).exec(text)?.[1] ?? '""';
  const marked = `${text.slice(0, end.index)}${description(rdf, about)}${text.slice(end.index)}`;
  return new TextEncoder().encode(withLessPadding(marked, marked.length - text.length));
}

function description(rdf: string, about: string): string {
  return (
    `<${rdf}:Description ${rdf}:about=${about} xmlns:Iptc4xmpExt="${iptcExtension}" ` +
    `Iptc4xmpExt:DigitalSourceType="${reconstructedSource}"/>\n`
  );
}

/** Packets carry white space so that they can grow in place; a packet near JPEG's 64 KiB depends on it. */
function withLessPadding(text: string, excess: number): string {
  const trailer = text.lastIndexOf('<?xpacket end');
  if (trailer < 0) return text;
  const bodyEnd = text.slice(0, trailer).trimEnd().length;
  const removable = Math.min(excess, Math.max(0, trailer - bodyEnd - 1));
  return text.slice(0, trailer - removable) + text.slice(trailer);
}

function newPacket(): string {
  return (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n' +
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n' +
    `${description('rdf', '""')}</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>`
  );
}
