import { AppError } from '../engine/errors.ts';
import { fromFloat16 } from '../onnx/float16.ts';

/** A tensor of a `.safetensors` file; 64-bit integers come as JavaScript numbers. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** The format's limit on its JSON header. */
const maxHeaderBytes = 100_000_000;

/**
 * Serialises float32 tensors in the safetensors format (8 bytes of header length, JSON header, raw data).
 * Source: https://huggingface.co/docs/safetensors. The header is padded so that data starts at a multiple of 8.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, NamedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * Reads a `.safetensors` file. Float64, float16, bfloat16 and integers become float32.
 * @throws AppError `weights/not-safetensors` where the file is cut off, inconsistent or of another kind.
 */
export function decodeSafetensors(file: Uint8Array): {
  tensors: Map<string, NamedTensor>;
  metadata: Record<string, string>;
} {
  try {
    return decode(file);
  } catch (cause) {
    throw new AppError('weights/not-safetensors', 'This file holds no readable weights (.safetensors).', {
      cause,
    });
  }
}

function decode(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = Number(view.getBigUint64(0, true));
  if (headerBytes > maxHeaderBytes || 8 + headerBytes > file.length) throw new Error('header length');
  const header: unknown = JSON.parse(
    new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + headerBytes)),
  );
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw new Error('header');
  const tensors = new Map<string, NamedTensor>();
  const metadata: Record<string, string> = {};
  const dataStart = 8 + headerBytes;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') {
      for (const [key, value] of Object.entries(entry as object)) metadata[key] = String(value);
      continue;
    }
    const { dtype, shape, start, end } = readEntry(entry);
    if (dataStart + end > file.length) throw new Error(`${name} lies outside the file`);
    // A copy of its own, aligned: Buffer's slice would be a view into a larger buffer.
    const bytes = new Uint8Array(file.subarray(dataStart + start, dataStart + end));
    const count = shape.reduce((product, dim) => product * dim, 1);
    const reader = readers[dtype];
    if (reader === undefined) throw new Error(`${name} has the unknown type ${dtype}`);
    if (bytes.length !== count * reader.bytes) throw new Error(`${name} has the wrong length`);
    tensors.set(name, { shape, data: reader.read(bytes.buffer) });
  }
  return { tensors, metadata };
}

function readEntry(entry: unknown) {
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  if (typeof dtype !== 'string' || !Array.isArray(shape) || !shape.every(isCount)) throw new Error('entry');
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) throw new Error('offsets');
  const [start, end] = offsets as [number, number];
  if (end < start) throw new Error('offsets');
  return { dtype, shape: shape as number[], start, end };
}

const readers: Readonly<Record<string, { bytes: number; read: (buffer: ArrayBufferLike) => Float32Array }>> =
  {
    F32: { bytes: 4, read: (buffer) => new Float32Array(buffer) },
    F64: { bytes: 8, read: (buffer) => Float32Array.from(new Float64Array(buffer)) },
    I64: { bytes: 8, read: (buffer) => Float32Array.from(new BigInt64Array(buffer), Number) },
    F16: { bytes: 2, read: (buffer) => fromFloat16(new Uint16Array(buffer)) },
    BF16: { bytes: 2, read: (buffer) => fromBfloat16(new Uint16Array(buffer)) },
  };

function fromBfloat16(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer);
}
