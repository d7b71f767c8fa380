import { jpegSegments } from './jpeg-segments.js';

/** Starts of frames (ITU-T T.81, table B.1) that libjpeg-turbo does not decode; that of JPEG-LS is of ITU-T T.87. */
const FRAMES: Readonly<Record<number, string>> = {
  0xc5: 'hierarchical frames',
  0xc6: 'hierarchical frames',
  0xc7: 'hierarchical frames',
  0xcb: 'lossless arithmetic coding',
  0xcd: 'hierarchical frames',
  0xce: 'hierarchical frames',
  0xcf: 'hierarchical frames',
  0xf7: 'JPEG-LS',
};
/** Codes of the same range that start no frame: tables, and an extension. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];
const USUAL_BITS = 8;
const PRECISION_OFFSET = 4;

/** What makes a JPEG one that is not decoded, by name; `undefined` where that is none of its kind. */
export function nameJpegKind(bytes: Uint8Array): string | undefined {
  for (const { code, at } of jpegSegments(bytes)) {
    if (FRAMES[code] !== undefined) return FRAMES[code];
    if (code < 0xc0 || code > 0xcf || NO_FRAMES.includes(code)) continue;
    const bits = bytes[at + PRECISION_OFFSET];
    return bits === USUAL_BITS ? undefined : `${bits} bits`;
  }
  return undefined;
}
