import { AddressRefusal } from './refusal.js';
import type { Answer } from './get-once.js';

const FIRST_ROOM = 65_536;

/**
 * The bytes of an answer's body, as they were sent. Copied into one buffer as they come: pieces of a byte each would take a hundred
 * times their size.
 * @param onBytes Told how many have come, before they are kept; may throw.
 * @throws AddressRefusal `too_large`, `encoded`; what `onBytes` throws.
 */
export async function readBounded(
  { headers, body }: Pick<Answer, 'headers' | 'body'>,
  maxBytes: number,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array> {
  if (String(headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity')
    throw new AddressRefusal('encoded');
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw new AddressRefusal('too_large');
  let room: Buffer = Buffer.alloc(Math.min(maxBytes, FIRST_ROOM));
  let length = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    if (length + piece.length > maxBytes) throw new AddressRefusal('too_large');
    onBytes(piece.length);
    if (length + piece.length > room.length) room = grown(room, length + piece.length, maxBytes);
    piece.copy(room, length);
    length += piece.length;
  }
  return Uint8Array.prototype.slice.call(room, 0, length); // a view would be sent to a thread with all of its buffer
}

function grown(room: Buffer, least: number, most: number): Buffer {
  const larger = Buffer.alloc(Math.min(most, Math.max(least, room.length * 2)));
  room.copy(larger);
  return larger;
}
