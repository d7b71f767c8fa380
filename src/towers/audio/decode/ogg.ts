import type { HandspringError } from '../../../core/errors.js';
import { invalidSound } from './invalid-sound.js';

const HEADER_BYTES = 27;
const CHECKSUM_AT = 22;
const FIRST_PAGE = 0x02;
const LAST_PAGE = 0x04;

/**
 * The whole pages of an Ogg file (RFC 3533), each compared with its checksum: one stretch of them for each stream where several
 * are chained, which begin anew and are decoded one by one. Left out are half a page at the end of a file that
 * was cut, of which a decoder would make sound of whatever lies behind it, and what follows the last page, such as the tags of
 * some programs.
 * @throws HandspringError `invalid_media` for a file with a damaged page.
 */
export function wholePages(bytes: Uint8Array): Uint8Array[] {
  const starts = [0];
  let at = 0;
  let isLast = false;
  while (at < bytes.length) {
    if (!beginsPage(bytes, at)) {
      if (isLast) break;
      throw damaged(at);
    }
    const segments = bytes[at + HEADER_BYTES - 1] ?? 0;
    const content = at + HEADER_BYTES + segments;
    const sizes = bytes.subarray(at + HEADER_BYTES, content);
    const end = content + sizes.reduce((sum, size) => sum + size, 0);
    if (end > bytes.length) break;
    if (checksum(bytes, at, end) !== readChecksum(bytes, at)) throw damaged(at);
    const flags = bytes[at + 5] ?? 0;
    if (isLast && (flags & FIRST_PAGE) !== 0) starts.push(at);
    isLast = (flags & LAST_PAGE) !== 0;
    at = end;
  }
  return starts.map((start, k) => bytes.subarray(start, starts[k + 1] ?? at));
}

function beginsPage(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x4f && bytes[at + 1] === 0x67 && bytes[at + 2] === 0x67 && bytes[at + 3] === 0x53;
}

function damaged(at: number): HandspringError {
  return invalidSound('broken', 'a whole Ogg file', `one whose page at byte ${at} is damaged`);
}

function readChecksum(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + CHECKSUM_AT, true);
}

/** CRC-32 from the highest bit on, of 0x04c11db7 and from 0, with the page's own checksum taken as zeros. */
function checksum(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) {
    const isOwn = at >= from + CHECKSUM_AT && at < from + CHECKSUM_AT + 4;
    sum = ((sum << 8) ^ TABLE[((sum >>> 24) ^ (isOwn ? 0 : bytes[at]!)) & 0xff]!) >>> 0;
  }
  return sum;
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte << 24;
  for (let bit = 0; bit < 8; bit++) sum = (sum << 1) ^ (sum & 0x8000_0000 ? 0x04c1_1db7 : 0);
  return sum >>> 0;
});
