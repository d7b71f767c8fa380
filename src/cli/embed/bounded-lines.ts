/** A line of a file or stream. */
export interface Line {
  /** From 1 on. */
  readonly number: number;
  /** Without what ends it; empty where it is longer than may be. */
  readonly text: string;
  readonly isTooLong: boolean;
  /** Bytes from the beginning to the beginning of the next line. */
  readonly end: number;
  /** Whether a line break ends it, as of the last one none may. */
  readonly isWhole: boolean;
}

const BREAK = '\n'.charCodeAt(0);
const RETURN = '\r'.charCodeAt(0);
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * The lines of UTF-8, which end with LF or CR LF and nothing else: in JSON, U+2028 may stand within a string. No more of a line is held than
 * may be, however long it goes on; what is longer comes as a line that says so.
 */
export async function* boundedLines(
  input: AsyncIterable<Buffer | string>,
  maxBytes: number,
): AsyncGenerator<Line> {
  let pieces: Buffer[] = [];
  let [number, held, end] = [0, 0, 0];
  const take = (isWhole: boolean): Line => {
    const isTooLong = held > maxBytes;
    const bytes = isTooLong ? Buffer.alloc(0) : pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    [pieces, held] = [[], 0];
    return { number: ++number, text: textOf(bytes, number === 1), isTooLong, end, isWhole };
  };
  const hold = (piece: Buffer) => {
    end += piece.length;
    held += piece.length;
    if (held <= maxBytes) pieces.push(piece);
    else pieces = [];
  };
  for await (const given of input) {
    const chunk = typeof given === 'string' ? Buffer.from(given) : given;
    let from = 0;
    for (let at = chunk.indexOf(BREAK); at >= 0; at = chunk.indexOf(BREAK, from)) {
      hold(chunk.subarray(from, at));
      end++;
      yield take(true);
      from = at + 1;
    }
    if (from < chunk.length) hold(chunk.subarray(from));
  }
  if (held > 0) yield take(false);
}

function textOf(bytes: Buffer, isFirst: boolean): string {
  const hasMark = isFirst && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const start = hasMark ? BYTE_ORDER_MARK.length : 0;
  const end = bytes.at(-1) === RETURN ? bytes.length - 1 : bytes.length;
  return bytes.toString('utf8', start, end);
}
