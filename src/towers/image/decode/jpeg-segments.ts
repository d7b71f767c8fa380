const MARKER = 0xff;
const STUFFED_ZERO = 0x00;
const END_OF_IMAGE = 0xd9;
/** Markers without a length behind them: restarts, start of image, and one that nobody uses. */
const isBare = (code: number): boolean => (code >= 0xd0 && code <= 0xd8) || code === 0x01;

/** A marker of a JPEG and where it stands: behind it are two bytes of its segment's length, then what the segment says. */
export interface JpegSegment {
  readonly code: number;
  readonly at: number;
}

/** The segments of a JPEG up to its end (ITU-T T.81, annex B). Reads no coefficients: it goes from marker to marker. */
export function* jpegSegments(bytes: Uint8Array): Generator<JpegSegment> {
  for (let at = nextMarker(bytes, 2); at >= 0;) {
    const code = bytes[at + 1]!;
    if (code === END_OF_IMAGE) return;
    yield { code, at };
    const length = isBare(code) ? 0 : (bytes[at + 2]! << 8) | bytes[at + 3]!;
    at = nextMarker(bytes, at + 2 + length);
  }
}

/** Where the next marker is: not a byte of 255 in a scan, behind which a 0 is put, nor one that only fills. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (
    let at = bytes.indexOf(MARKER, from);
    at >= 0 && at + 3 < bytes.length;
    at = bytes.indexOf(MARKER, at + 1)
  ) {
    const code = bytes[at + 1];
    if (code !== STUFFED_ZERO && code !== MARKER) return at;
  }
  return -1;
}
