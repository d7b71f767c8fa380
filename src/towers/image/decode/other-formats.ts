import type { ImageFormat } from './format.js';

/** How a kind of file begins: letters as they stand, other bytes as `\x..`. */
interface Beginning {
  readonly name: string;
  readonly text: string;
  readonly at?: number;
}

/**
 * Files that are often sent and not read, by the first bytes that their specifications give them. Some are images without a
 * decoder here, some can hold files and programs, and some are no images at all: whoever sent one finds out which.
 */
const BEGINNINGS: readonly Beginning[] = [
  { name: 'a JPEG XL image', text: '\xff\x0a' },
  { name: 'a JPEG XL image', text: '\0\0\0\x0cJXL \r\n\x87\n' },
  { name: 'a JPEG 2000 image', text: '\0\0\0\x0cjP  \r\n\x87\n' },
  { name: 'a JPEG 2000 image', text: '\xff\x4f\xff\x51' },
  { name: 'a JPEG XR image', text: 'II\xbc' },
  { name: 'a Photoshop document', text: '8BPS' },
  { name: 'a GIMP document', text: 'gimp xcf' },
  { name: 'a Windows icon', text: '\0\0\x01\0' },
  { name: 'a TGA image', text: '\0\0\x02\0\0\0\0\0\0' },
  { name: 'a TGA image', text: '\0\0\x0a\0\0\0\0\0\0' },
  { name: 'a Windows cursor', text: '\0\0\x02\0' },
  { name: 'a PCX image', text: '\x0a\x05\x01' },
  { name: 'a bitmap without the header of a BMP file', text: '\x28\0\0\0' },
  { name: 'an Apple icon', text: 'icns' },
  { name: 'a BPG image', text: 'BPG\xfb' },
  { name: 'a FLIF image', text: 'FLIF' },
  { name: 'a DjVu document', text: 'AT&TFORM' },
  { name: 'a DICOM file', text: 'DICM', at: 128 },
  { name: 'an MNG animation', text: '\x8aMNG' },
  { name: 'a DDS texture', text: 'DDS ' },
  { name: 'a QOI image', text: 'qoif' },
  { name: 'an OpenEXR image', text: '\x76\x2f\x31\x01' },
  { name: 'a Radiance HDR image', text: '#?R' },
  { name: 'an SGI image', text: '\x01\xda' },
  { name: 'a FITS image', text: 'SIMPLE  =' },
  { name: 'a Windows metafile', text: '\xd7\xcd\xc6\x9a' },
  { name: 'a Windows metafile', text: ' EMF', at: 40 },
  { name: 'a PDF document', text: '%PDF-' },
  { name: 'a PostScript document', text: '%!PS' },
  { name: 'a raw photo of a Fujifilm camera', text: 'FUJIFILMCCD-RAW' },
  { name: 'a raw photo of a Panasonic camera', text: 'IIU\0' },
  { name: 'a raw photo of an Olympus camera', text: 'IIRO' },
  { name: 'a raw photo of an Olympus camera', text: 'IIRS' },
  { name: 'a raw photo of a Canon camera', text: 'ftypcrx ', at: 4 },
  { name: 'a raw photo of a Sigma camera', text: 'FOVb' },
  { name: 'a film', text: 'ftyp', at: 4 },
  { name: 'a film', text: '\x1a\x45\xdf\xa3' },
  { name: 'a film', text: 'AVI ', at: 8 },
  { name: 'a film', text: '\0\0\x01\xba' },
  { name: 'a ZIP archive', text: 'PK\x03\x04' },
  { name: 'a gzip file', text: '\x1f\x8b' },
  {
    name: 'a Git LFS pointer, which stands for a file that was not fetched',
    text: 'version https://git-lfs',
  },
  { name: 'base64 text of an image, encoded twice', text: '/9j/' },
  { name: 'base64 text of an image, encoded twice', text: 'iVBORw0KGgo' },
  { name: 'a data URI', text: 'data:image/' },
];

/** Text formats, told by what is in their beginning in any case of letters. */
const TEXTS: readonly (readonly [string, RegExp])[] = [
  ['an SVG drawing', /^\s*<(?:\?xml|!--|!doctype svg|svg)[\s\S]*<svg|^\s*<svg/i],
  ['an HTML page', /^\s*<(?:!doctype html|html|head|body)/i],
  ['an XML document', /^\s*<\?xml/i],
  ['a JSON document', /^\s*[{[]\s*["{[]/],
  ['a PNM image', /^P[1-7]\s/],
  ['an X bitmap', /^#define\s+\w+_width\s/],
  ['an X pixmap', /^\/\* XPM \*\//],
];
const TEXT_BYTES = 1024;

/** At the end of a TGA image, which has no beginning of its own. */
const TGA_END = 'TRUEVISION-XFILE.\0';

/** The beginnings of the formats that are read, for files that were cut within them. */
const READ: readonly (readonly [ImageFormat, string])[] = [
  ['JPEG', '\xff\xd8\xff'],
  ['PNG', '\x89PNG\r\n\x1a\n'],
  ['GIF', 'GIF8'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
];
/** Fewer bytes could be the beginning of many things. */
const FEWEST_BYTES = 2;

/** What a file that is not read is known to be, with its article; `undefined` for bytes that say nothing. */
export function nameOtherFormat(bytes: Uint8Array): string | undefined {
  const known = BEGINNINGS.find(({ text, at = 0 }) => isAt(bytes, at, text));
  if (known) return known.name;
  if (isAt(bytes, bytes.length - TGA_END.length, TGA_END)) return 'a TGA image';
  const beginning = Buffer.from(bytes.subarray(0, TEXT_BYTES)).toString('latin1');
  const text = TEXTS.find(([, pattern]) => pattern.test(beginning));
  if (text) return text[0];
  return /^\0{16}/.test(beginning) ? `${bytes.length} bytes that begin with zeros` : undefined;
}

/** The format of which so few bytes are there that they are not even all of its first ones. */
export function nameCutFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (bytes.length < FEWEST_BYTES) return undefined;
  return READ.find(
    ([, text]) => bytes.length < text.length && isAt(bytes, 0, text.slice(0, bytes.length)),
  )?.[0];
}

function isAt(bytes: Uint8Array, at: number, text: string): boolean {
  if (at < 0 || at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
