/** In a QuickTime or MP4 file, this far behind the name of a box that tells what kind of track it is about. */
const HANDLER_OFFSET = 12;
/** A Matroska file says what its tracks are before they begin. */
const TRACKS_BYTES = 65_536;
/** Its names of codecs of pictures. */
const MATROSKA_PICTURES =
  /V_(?:VP[89]|AV1|MPEG|MS\/VFW|THEORA|MJPEG|PRORES|REAL|QUICKTIME|UNCOMPRESSED|FFV1)/;
const MATROSKA_SOUND = /A_(?:OPUS|VORBIS|AAC|MPEG|FLAC|PCM|AC3|EAC3|ALAC|DTS|MS\/ACM)/;
/** The type of a stream of pictures in an ASF file, as its bytes lie there. */
const ASF_PICTURES = Buffer.from('c0ef19bc4d5bcf11a8fd00805f5c442b', 'hex');
const OGG_PICTURES = ['\x80theora', 'BBCD\0', 'OVP80', '\x01video'];

/**
 * Whether a file of a container that may hold sound alone has moving pictures, by what it says of its tracks. Where it says
 * nothing of them, as its beginning alone may not, it is taken to have some.
 */
export function hasPictures(file: Uint8Array): boolean {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const begins = (text: string, at = 0) => bytes.toString('latin1', at, at + text.length) === text;
  if (begins('ftyp', 4)) return hasVideoHandler(bytes);
  if (begins('\x1a\x45\xdf\xa3')) {
    const tracks = bytes.toString('latin1', 0, TRACKS_BYTES);
    return MATROSKA_PICTURES.test(tracks) || !MATROSKA_SOUND.test(tracks);
  }
  const head = bytes.subarray(0, TRACKS_BYTES);
  if (begins('OggS')) return OGG_PICTURES.some((codec) => head.includes(codec, 0, 'latin1'));
  if (begins('RIFF')) return head.includes('vids');
  if (begins('\x30\x26\xb2\x75')) return head.includes(ASF_PICTURES);
  return true;
}

function hasVideoHandler(bytes: Buffer): boolean {
  let at = bytes.indexOf('hdlr');
  if (at < 0) return true;
  for (; at >= 0; at = bytes.indexOf('hdlr', at + 4))
    if (bytes.toString('latin1', at + HANDLER_OFFSET, at + HANDLER_OFFSET + 4) === 'vide') return true;
  return false;
}
