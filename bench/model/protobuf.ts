/** One field of a protobuf message, as the bytes that stand in the file: in pieces, so that weights are never copied. */
export type Field = readonly Uint8Array[];

const VARINT = 0;
const BYTES = 2;
const FIXED_32 = 5;

/** A whole number; negative ones as protobuf's int64 has them, in ten bytes. */
export function intField(id: number, value: number): Field {
  return [Uint8Array.from([...varint(tag(id, VARINT)), ...varint(BigInt.asUintN(64, BigInt(value)))])];
}

export function floatField(id: number, value: number): Field {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return [Uint8Array.from(varint(tag(id, FIXED_32))), bytes];
}

export function stringField(id: number, value: string): Field {
  return bytesField(id, Buffer.from(value));
}

/** Bytes as they lie; the array is kept, not copied. */
export function bytesField(id: number, value: Uint8Array): Field {
  return [head(id, value.byteLength), value];
}

/** A message inside a message. */
export function messageField(id: number, fields: readonly Field[]): Field {
  const pieces = fields.flat();
  return [
    head(
      id,
      pieces.reduce((sum, { byteLength }) => sum + byteLength, 0),
    ),
    ...pieces,
  ];
}

function head(id: number, length: number): Uint8Array {
  return Uint8Array.from([...varint(tag(id, BYTES)), ...varint(BigInt(length))]);
}

function tag(id: number, wireType: number): bigint {
  return BigInt((id << 3) | wireType);
}

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (; value > 0x7fn; value >>= 7n) bytes.push(Number(value & 0x7fn) | 0x80);
  return [...bytes, Number(value)];
}
