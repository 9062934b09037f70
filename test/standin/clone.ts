import { Deserializer, Serializer } from 'node:v8';

/**
 * What crosses a process boundary in Electron: V8's own serializer, without host objects. Functions, symbols, promises
 * and proxies throw; classes become plain objects; a view carries the whole of its buffer.
 */
export function cloned(value: unknown): unknown {
  return deserialized(serialized(value));
}

/** A value as it is on its way. */
export function serialized(value: unknown): Buffer {
  const serializer = new Serializer();
  serializer.writeHeader();
  try {
    serializer.writeValue(value);
  } catch {
    throw new Error('An object could not be cloned.');
  }
  return serializer.releaseBuffer();
}

export function deserialized(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}

interface Packed {
  readonly json: string;
}

/** A cloneable value as text for the page: typed arrays and undefined do not survive JSON by themselves. */
export function packed(value: unknown): Packed['json'] {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (item === undefined) return { $: 'undefined' };
    if (item instanceof Uint8Array) return { $: 'bytes', value: Buffer.from(item).toString('base64') };
    if (item instanceof Error) return { $: 'error', value: item.message };
    if (isPlain(item)) return item;
    // Electron could send it; text cannot, and must not pretend to.
    throw new Error(`NotImplementedInStandin: sending ${Object.prototype.toString.call(item)} to the page`);
  });
}

function isPlain(item: unknown): boolean {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return true;
  const prototype = Object.getPrototypeOf(item);
  return prototype === Object.prototype || prototype === null;
}

export function unpacked(json: string): unknown {
  return revived(JSON.parse(json));
}

/** A reviver of JSON.parse cannot keep a key whose value is undefined. */
function revived(item: unknown): unknown {
  if (typeof item !== 'object' || item === null) return item;
  if (Array.isArray(item)) return item.map(revived);
  if (!('$' in item))
    return Object.fromEntries(Object.entries(item).map(([name, its]) => [name, revived(its)]));
  const { $, value } = item as { $: string; value: string };
  if ($ === 'bytes') return new Uint8Array(Buffer.from(value, 'base64'));
  return $ === 'error' ? new Error(value) : undefined;
}
