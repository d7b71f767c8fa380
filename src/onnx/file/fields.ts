import { bytesOf } from './bytes.js';
import type { Bytes, Span } from './bytes.js';

// Protobuf's wire format, by hand: a library decodes every field of a message that it reads, weights included, and
// protobufjs would add 70 ms to the start of each encoder. It could go once one passes over fields that nobody asks for.
// Source: https://protobuf.dev/programming-guides/encoding/.

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Where a field of a message stands: its tag, its content, and the next one. */
export interface Field {
  readonly number: number;
  readonly start: number;
  /** Where the bytes of a string, a byte field or a message begin; of any other type the end. */
  readonly bodyStart: number;
  readonly end: number;
}

/** A piece of a message that is to be written: bytes, or a stretch of the message that was read. */
export type Part = Uint8Array | Span;

/** Tag and content: what is to be kept is copied as it is. */
export const wholeOf = ({ start, end }: Field): Span => ({ start, length: end - start });
export const bodyOf = ({ bodyStart, end }: Field): Span => ({ start: bodyStart, length: end - bodyStart });

export function sliceOf(bytes: Bytes, { start, length }: Span): Uint8Array {
  return bytes.slice(start, start + length);
}

/**
 * The fields of a message, in order; no more is read than their tags and lengths.
 * @throws RangeError if the bytes end inside a field, or are no message at all.
 */
export function fieldsOf(bytes: Bytes, message: Span = { start: 0, length: bytes.length }): Field[] {
  const fields: Field[] = [];
  const messageEnd = message.start + message.length;
  let at = message.start;
  const varint = () => {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = bytes.at(at++);
      if (byte === undefined) break;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('expected a protobuf message, received bytes that end inside a number');
  };
  while (at < messageEnd) {
    const start = at;
    const tag = varint();
    const type = tag % 8;
    let length = 0;
    if (type === VARINT) varint();
    else if (type === LENGTH_DELIMITED) length = varint();
    else if (type === FIXED_64) at += 8;
    else if (type === FIXED_32) at += 4;
    else throw new RangeError(`expected a protobuf message, received a field of type ${type}`);
    const bodyStart = at;
    at += length;
    if (at > messageEnd)
      throw new RangeError('expected a protobuf message, received bytes that end inside a field');
    fields.push({ number: Math.floor(tag / 8), start, bodyStart, end: at });
  }
  return fields;
}

/** The text of the first field of that number; '' if there is none, as protobuf has it. */
export function textOf(bytes: Bytes, fields: readonly Field[], number: number): string {
  return textsOf(bytes, fields, number)[0] ?? '';
}

/** The texts of all fields of that number. */
export function textsOf(bytes: Bytes, fields: readonly Field[], number: number): string[] {
  return fields
    .filter((field) => field.number === number)
    .map((field) => Buffer.from(sliceOf(bytes, bodyOf(field))).toString());
}

/** A field that holds a whole number. */
export function numberField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...toVarint(number * 8 + VARINT), ...toVarint(value)]);
}

/** A field that holds a text. */
export function textField(number: number, text: string): Uint8Array {
  const bytes = Buffer.from(text);
  return Buffer.concat([fieldHead(number, bytes.length), bytes]);
}

/** A field that holds a message of these parts, in pieces to be written one after the other. */
export function messageField<P extends { readonly length: number }>(
  number: number,
  parts: readonly P[],
): (P | Uint8Array)[] {
  return [fieldHead(number, lengthOf(parts)), ...parts];
}

export function lengthOf(parts: readonly { readonly length: number }[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** The tag and length that stand before a field of `length` bytes. */
function fieldHead(number: number, length: number): Uint8Array {
  return Uint8Array.from([...toVarint(number * 8 + LENGTH_DELIMITED), ...toVarint(length)]);
}

function toVarint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}

/** The parts as one array, with the spans read from a message in memory. */
export function joinParts(message: Uint8Array, parts: readonly Part[]): Uint8Array {
  const bytes = bytesOf(message);
  return Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : sliceOf(bytes, part))));
}
