import type { ImageFormat } from './format.js';
import { heifEndsEarly } from './heif/boxes.js';

/**
 * Whether a file that could not be decoded is shorter than it says itself. The decoders' own messages often do not tell
 * that from other damage, and a caller wants to know which it is: an upload cut short can be sent again.
 */
export function endsEarly(format: ImageFormat, bytes: Uint8Array, decoderMessage: string): boolean {
  if (format === 'AVIF' || format === 'HEIC') return heifEndsEarly({ bytes, format });
  if (/premature end|bad seek|unexpected end|got \d+ bytes/i.test(decoderMessage)) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (format === 'PNG') return !pngHasEnd(view);
  if (format === 'WebP') return view.getUint32(4, true) + 8 > bytes.length;
  if (format === 'TIFF') return tiffDirectoryOffset(view) >= bytes.length;
  return false;
}

const PNG_IEND = 0x49454e44;
const PNG_SIGNATURE_BYTES = 8;
const PNG_CHUNK_BYTES = 12;

function pngHasEnd(view: DataView): boolean {
  let at = PNG_SIGNATURE_BYTES;
  while (at + PNG_CHUNK_BYTES <= view.byteLength) {
    if (view.getUint32(at + 4) === PNG_IEND) return true;
    at += PNG_CHUNK_BYTES + view.getUint32(at);
  }
  return false;
}

/** Where the first directory of a TIFF lies; many writers put it after the pixels. */
function tiffDirectoryOffset(view: DataView): number {
  if (view.byteLength < 16) return Infinity;
  const littleEndian = view.getUint8(0) === 0x49;
  const isBigTiff = view.getUint16(2, littleEndian) === 43;
  return isBigTiff ? Number(view.getBigUint64(8, littleEndian)) : view.getUint32(4, littleEndian);
}
