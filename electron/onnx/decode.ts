import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { AppError } from '../engine/errors.ts';
import {
  type ElementType,
  elementBytes,
  elementTypes,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './model.ts';

const elementTypeNames = new Map<number, ElementType>(
  Object.entries(elementTypes).map(([name, number]) => [number, name as ElementType]),
);

/**
 * Reads an `.onnx` file's bytes. Fields that {@link OnnxModel} does not hold (documentation, sub-graphs,
 * external data) are passed over.
 * @throws AppError `model/not-a-model` where the bytes are no ONNX model or are cut off.
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  try {
    return readModel(bytes);
  } catch (cause) {
    throw new AppError('model/not-a-model', 'This file is not an ONNX model, or it is damaged.', { cause });
  }
}

type FieldReader = (field: number, wire: WireType, reader: BinaryReader) => boolean;

/** Walks the fields of one message; what `read` does not take is skipped. */
function fields(bytes: Uint8Array, read: FieldReader): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (!read(field, wire, reader)) reader.skip(wire, field);
  }
}

function readModel(bytes: Uint8Array): OnnxModel {
  let irVersion = 0;
  let producer = '';
  let graph: Uint8Array | undefined;
  const opsets: Record<string, number> = {};
  const metadata: Record<string, string> = {};
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.Varint) irVersion = Number(reader.int64());
    else if (field === 2 && wire === WireType.LengthDelimited) producer = reader.string();
    else if (field === 7 && wire === WireType.LengthDelimited) graph = reader.bytes();
    else if (field === 8 && wire === WireType.LengthDelimited) readOpset(reader.bytes(), opsets);
    else if (field === 14 && wire === WireType.LengthDelimited) readEntry(reader.bytes(), metadata);
    else return false;
    return true;
  });
  if (graph === undefined || irVersion < 1) throw new Error('no graph');
  return { irVersion, producer, opsets, metadata, ...readGraph(graph) };
}

function readOpset(bytes: Uint8Array, opsets: Record<string, number>): void {
  let domain = '';
  let version = 0;
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.LengthDelimited) domain = reader.string();
    else if (field === 2 && wire === WireType.Varint) version = Number(reader.int64());
    else return false;
    return true;
  });
  opsets[domain] = version;
}

function readEntry(bytes: Uint8Array, entries: Record<string, string>): void {
  let key = '';
  let value = '';
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.LengthDelimited) key = reader.string();
    else if (field === 2 && wire === WireType.LengthDelimited) value = reader.string();
    else return false;
    return true;
  });
  entries[key] = value;
}

function readGraph(
  bytes: Uint8Array,
): Pick<OnnxModel, 'graphName' | 'inputs' | 'outputs' | 'nodes' | 'initializers'> {
  let graphName = '';
  const nodes: OnnxNode[] = [];
  const initializers: OnnxTensor[] = [];
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  fields(bytes, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) return false;
    if (field === 1) nodes.push(readNode(reader.bytes()));
    else if (field === 2) graphName = reader.string();
    else if (field === 5) initializers.push(readTensor(reader.bytes()));
    else if (field === 11) inputs.push(readValue(reader.bytes()));
    else if (field === 12) outputs.push(readValue(reader.bytes()));
    else return false;
    return true;
  });
  return { graphName, nodes, initializers, inputs, outputs };
}

function readNode(bytes: Uint8Array): OnnxNode {
  let name = '';
  let opType = '';
  let domain = '';
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: Record<string, OnnxAttribute> = {};
  fields(bytes, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) return false;
    if (field === 1) inputs.push(reader.string());
    else if (field === 2) outputs.push(reader.string());
    else if (field === 3) name = reader.string();
    else if (field === 4) opType = reader.string();
    else if (field === 5) readAttribute(reader.bytes(), attributes);
    else if (field === 7) domain = reader.string();
    else return false;
    return true;
  });
  return { name, opType, domain, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array, attributes: Record<string, OnnxAttribute>): void {
  let name = '';
  let value: OnnxAttribute | undefined;
  const floats: number[] = [];
  const ints: number[] = [];
  let type = 0;
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.LengthDelimited) name = reader.string();
    else if (field === 2 && wire === WireType.Bit32) value = { kind: 'float', value: reader.float() };
    else if (field === 3 && wire === WireType.Varint) value = { kind: 'int', value: Number(reader.int64()) };
    else if (field === 4 && wire === WireType.LengthDelimited)
      value = { kind: 'string', value: reader.string() };
    else if (field === 5 && wire === WireType.LengthDelimited)
      value = { kind: 'tensor', value: readTensor(reader.bytes()) };
    else if (field === 7) readRepeated(reader, wire, WireType.Bit32, (r) => floats.push(r.float()));
    else if (field === 8) readRepeated(reader, wire, WireType.Varint, (r) => ints.push(Number(r.int64())));
    else if (field === 20 && wire === WireType.Varint) type = reader.int32();
    else return false;
    return true;
  });
  if (type === 6) value = { kind: 'floats', value: floats };
  else if (type === 7) value = { kind: 'ints', value: ints };
  if (value !== undefined) attributes[name] = value;
}

/** Repeated scalars come packed (one length-delimited run) or one by one; both are legal. */
function readRepeated(
  reader: BinaryReader,
  wire: WireType,
  single: WireType,
  read: (reader: BinaryReader) => void,
): void {
  if (wire === WireType.LengthDelimited) {
    const packed = new BinaryReader(reader.bytes());
    while (packed.pos < packed.len) read(packed);
  } else if (wire === single) read(reader);
  else throw new Error('wrong wire type');
}

function readTensor(bytes: Uint8Array): OnnxTensor {
  const dims: number[] = [];
  let type: ElementType | undefined;
  let name = '';
  let raw: Uint8Array | undefined;
  const numbers: number[] = [];
  const ints: bigint[] = [];
  fields(bytes, (field, wire, reader) => {
    if (field === 1) readRepeated(reader, wire, WireType.Varint, (r) => dims.push(Number(r.int64())));
    else if (field === 2 && wire === WireType.Varint) type = elementTypeNames.get(reader.int32());
    else if (field === 4) readRepeated(reader, wire, WireType.Bit32, (r) => numbers.push(r.float()));
    else if (field === 5) readRepeated(reader, wire, WireType.Varint, (r) => numbers.push(r.int32()));
    else if (field === 7) readRepeated(reader, wire, WireType.Varint, (r) => ints.push(BigInt(r.int64())));
    else if (field === 10) readRepeated(reader, wire, WireType.Bit64, (r) => numbers.push(r.double()));
    else if (field === 11) readRepeated(reader, wire, WireType.Varint, (r) => ints.push(BigInt(r.uint64())));
    else if (field === 8 && wire === WireType.LengthDelimited) name = reader.string();
    else if (field === 9 && wire === WireType.LengthDelimited) raw = reader.bytes();
    else return false;
    return true;
  });
  if (type === undefined) throw new Error(`element type of "${name}" is not supported`);
  raw ??= rawBytes(type, numbers, ints);
  const elements = dims.reduce((product, dim) => product * dim, 1);
  if (elements * elementBytes[type] !== raw.byteLength) throw new Error(`"${name}" has the wrong size`);
  return { name, type, dims, raw };
}

/** The bytes of a tensor whose elements came one by one; those of 16 bits and less come as 32-bit integers. */
function rawBytes(type: ElementType, numbers: readonly number[], ints: readonly bigint[]): Uint8Array {
  switch (type) {
    case 'float32':
      return new Uint8Array(Float32Array.from(numbers).buffer);
    case 'float64':
      return new Uint8Array(Float64Array.from(numbers).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(numbers).buffer);
    case 'int64':
      return new Uint8Array(BigInt64Array.from(ints).buffer);
    case 'uint64':
      return new Uint8Array(BigUint64Array.from(ints).buffer);
    case 'uint32':
      return new Uint8Array(Uint32Array.from(ints, Number).buffer);
    case 'int8':
    case 'uint8':
    case 'bool':
      return Uint8Array.from(numbers);
    default:
      return new Uint8Array(Uint16Array.from(numbers).buffer);
  }
}

function readValue(bytes: Uint8Array): OnnxValue {
  let name = '';
  let type: ElementType = 'float32';
  const dims: (number | string)[] = [];
  fields(bytes, (field, wire, reader) => {
    if (wire !== WireType.LengthDelimited) return false;
    if (field === 1) name = reader.string();
    else if (field === 2) {
      fields(reader.bytes(), (typeField, typeWire, typeReader) => {
        if (typeField !== 1 || typeWire !== WireType.LengthDelimited) return false;
        type = readTensorType(typeReader.bytes(), dims);
        return true;
      });
    } else return false;
    return true;
  });
  return { name, type, dims };
}

function readTensorType(bytes: Uint8Array, dims: (number | string)[]): ElementType {
  let type: ElementType = 'float32';
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.Varint) {
      const number = reader.int32();
      const known = elementTypeNames.get(number);
      if (known === undefined) throw new Error(`element type ${number} is not supported`);
      type = known;
    } else if (field === 2 && wire === WireType.LengthDelimited) {
      fields(reader.bytes(), (dimField, dimWire, dimReader) => {
        if (dimField !== 1 || dimWire !== WireType.LengthDelimited) return false;
        dims.push(readDim(dimReader.bytes()));
        return true;
      });
    } else return false;
    return true;
  });
  return type;
}

function readDim(bytes: Uint8Array): number | string {
  let dim: number | string = '?';
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === WireType.Varint) dim = Number(reader.int64());
    else if (field === 2 && wire === WireType.LengthDelimited) dim = reader.string();
    else return false;
    return true;
  });
  return dim;
}
