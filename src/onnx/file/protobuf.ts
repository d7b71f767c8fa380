/** One field of a message in protobuf's wire format. */
export interface Field {
  readonly number: number;
  /** Tag and value as they stand in the message: what is to be kept is copied as it is. A view, not a copy. */
  readonly whole: Uint8Array;
  /** The bytes of a string, a byte field or a message; of any other type nothing. A view, not a copy. */
  readonly bytes: Uint8Array;
}

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

/** Where a field of a message stands: its tag, its bytes (as in `Field`), and the next one. */
export interface FieldPlace {
  readonly number: number;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

/**
 * The fields of a message, in order.
 * @throws RangeError if the bytes end inside a field, or are no message at all.
 */
export function* readFields(message: Uint8Array): Generator<Field> {
  const byteAt = (at: number) => message[at];
  for (const { number, start, bodyStart, end } of fieldPlaces(byteAt, 0, message.length)) {
    yield { number, whole: message.subarray(start, end), bytes: message.subarray(bodyStart, end) };
  }
}

/**
 * Where the fields of a message are that stands from `from` to `to`, of which no more is read than tags and lengths.
 * @throws RangeError as `readFields` does.
 * Source: the wire format of protobuf's documentation, https://protobuf.dev/programming-guides/encoding/.
 */
export function* fieldPlaces(
  byteAt: (at: number) => number | undefined,
  from: number,
  to: number,
): Generator<FieldPlace> {
  let at = from;
  const varint = () => {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = byteAt(at++);
      if (byte === undefined) break;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('expected a protobuf message, received bytes that end inside a number');
  };
  while (at < to) {
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
    if (at > to) throw new RangeError('expected a protobuf message, received bytes that end inside a field');
    yield { number: Math.floor(tag / 8), start, bodyStart, end: at };
  }
}

/** A field that holds a whole number. */
export function numberField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...toVarint(number * 8 + VARINT), ...toVarint(value)]);
}

/** A field that holds a message of these parts, in pieces to be written one after the other. */
export function messageField<Part extends { readonly length: number }>(
  number: number,
  parts: readonly Part[],
): (Part | Uint8Array)[] {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return [Uint8Array.from([...toVarint(number * 8 + LENGTH_DELIMITED), ...toVarint(length)]), ...parts];
}

function toVarint(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return [...bytes, value];
}
