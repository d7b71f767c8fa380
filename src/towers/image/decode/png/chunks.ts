export const SIGNATURE_BYTES = 8;
/** Length, name and checksum of a chunk. */
const CHUNK_BYTES = 12;
/** A photo of 48 MB in chunks of 1 kB has half as many. */
const MOST_CHUNKS = 100_000;

export interface PngChunk {
  readonly name: string;
  readonly data: Buffer;
  /** With its length, name and checksum, as it is. */
  readonly whole: Buffer;
}

/** The chunks of a PNG up to its end, in order; the last one may be cut. */
export function* readPngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let count = 0;
  for (let at = SIGNATURE_BYTES; at + CHUNK_BYTES <= file.length && count < MOST_CHUNKS; count++) {
    const length = file.readUInt32BE(at);
    const whole = file.subarray(at, at + length + CHUNK_BYTES);
    const name = file.toString('latin1', at + 4, at + 8);
    yield { name, data: file.subarray(at + 8, at + 8 + length), whole };
    if (name === 'IEND') return;
    at += whole.length;
  }
}
