import { createInflateRaw } from 'node:zlib';
import { ADLER_START, adler32, crc32 } from './checksums.js';
import { readPngChunks, SIGNATURE_BYTES } from './chunks.js';
import type { PngChunk } from './chunks.js';

const HEADER = 'IHDR';
const PIXELS = 'IDAT';
const END = 'IEND';
/** What the pixels need beside the header: the palette, which of its colours are transparent, and how they are turned. */
const KEPT = [HEADER, 'PLTE', 'tRNS', 'eXIf'];
/** Of a zlib stream: Deflate with a window of 32 kB, the largest. */
const ZLIB_HEADER = Buffer.from([0x78, 0x01]);

/**
 * A copy of a PNG whose pixels libpng refuses for what Pillow and browsers do not mind: wrong checksums of the pixels, none
 * at their end, or a window that is too small for them. `undefined` where the compressed pixels themselves are broken or
 * not all there. Holds no more than the file and its copy.
 */
export async function repairPng(bytes: Uint8Array): Promise<Buffer | undefined> {
  const chunks = readChunks(bytes);
  const [header] = chunks;
  const stored = chunks.filter(({ name }) => name === PIXELS).map(({ data }) => data);
  if (header?.name !== HEADER || header.data.length !== 13) return undefined;
  const deflated = Buffer.concat(stored).subarray(ZLIB_HEADER.length);
  const stream = await readDeflated(deflated, 2 * countRawBytes(header.data));
  if (!stream) return undefined;
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(stream.adler);
  return Buffer.concat([
    bytes.subarray(0, SIGNATURE_BYTES),
    ...chunks.filter(({ name }) => KEPT.includes(name)).map(({ whole }) => whole),
    ...toChunk(PIXELS, [ZLIB_HEADER, deflated.subarray(0, stream.length), checksum]),
    ...toChunk(END, []),
  ]);
}

/** The chunks up to the end of the first image's pixels. */
function readChunks(bytes: Uint8Array): PngChunk[] {
  const chunks: PngChunk[] = [];
  for (const chunk of readPngChunks(bytes)) {
    if (chunk.name !== PIXELS && chunks.at(-1)?.name === PIXELS) break;
    chunks.push(chunk);
  }
  return chunks;
}

function toChunk(name: string, parts: readonly Buffer[]): Buffer[] {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), ...parts]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  check.writeUInt32BE(crc32(body));
  return [length, body, check];
}

/** Channels of each colour type; those that are missing do not exist. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** The bytes of the rows, each with its filter; those of an interlaced image are a little more. */
function countRawBytes(header: Buffer): number {
  const bits = header.readUInt8(8) * (CHANNELS[header.readUInt8(9)] ?? 0);
  return header.readUInt32BE(4) * (1 + Math.ceil((header.readUInt32BE(0) * bits) / 8));
}

/** How long a Deflate stream is and the checksum of what is in it; `undefined` if it is broken, cut or holds too much. */
async function readDeflated(
  deflated: Buffer,
  mostBytes: number,
): Promise<{ length: number; adler: number } | undefined> {
  const inflate = createInflateRaw();
  let adler = ADLER_START;
  let bytes = 0;
  inflate.end(deflated);
  try {
    for await (const part of inflate as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > mostBytes) return undefined;
      adler = adler32(part, adler);
    }
  } catch {
    return undefined;
  }
  return { length: inflate.bytesWritten, adler };
}
