/** The formats that are read, by the names used in messages. */
export type ImageFormat = 'JPEG' | 'PNG' | 'WebP' | 'GIF' | 'TIFF' | 'BMP' | 'AVIF' | 'HEIC';

const JPEG = [0xff, 0xd8, 0xff];
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const TIFF_LITTLE_ENDIAN = [0x49, 0x49, 0x2a, 0x00];
const TIFF_BIG_ENDIAN = [0x4d, 0x4d, 0x00, 0x2a];
const BIG_TIFF_LITTLE_ENDIAN = [0x49, 0x49, 0x2b, 0x00];
const BIG_TIFF_BIG_ENDIAN = [0x4d, 0x4d, 0x00, 0x2b];

/** Header sizes that a BMP may state; two letters alone would call many texts a bitmap. */
const BMP_HEADER_SIZES = new Set([12, 40, 52, 56, 64, 108, 124]);

/**
 * The format told by the first bytes, or `undefined` for anything else. Names and media types are not asked, and no
 * decoder sees a file that is not on this list: SVG and PDF can read files and run away.
 */
export function recogniseFormat(bytes: Uint8Array): ImageFormat | undefined {
  if (startsWith(bytes, JPEG)) return 'JPEG';
  if (startsWith(bytes, PNG)) return 'PNG';
  if (isText(bytes, 0, 'RIFF') && isText(bytes, 8, 'WEBP')) return 'WebP';
  if (isText(bytes, 0, 'GIF87a') || isText(bytes, 0, 'GIF89a')) return 'GIF';
  if (isTiff(bytes)) return 'TIFF';
  if (isText(bytes, 0, 'BM') && BMP_HEADER_SIZES.has(uint32(bytes, 14, true))) return 'BMP';
  return recogniseBrand(bytes);
}

function isTiff(bytes: Uint8Array): boolean {
  return [TIFF_LITTLE_ENDIAN, TIFF_BIG_ENDIAN, BIG_TIFF_LITTLE_ENDIAN, BIG_TIFF_BIG_ENDIAN].some((magic) =>
    startsWith(bytes, magic),
  );
}

const AVIF_BRANDS = ['avif', 'avis'];
/** Of stills and of films with HEVC pictures, and what many of them, and nothing else, are called in general. */
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

/**
 * AVIF or HEIC, where one of their brands stands in the file-type box, as the major one or among the compatible ones
 * (ISO/IEC 14496-12, section 4.3).
 */
function recogniseBrand(bytes: Uint8Array): 'AVIF' | 'HEIC' | undefined {
  if (!isText(bytes, 4, 'ftyp')) return undefined;
  const end = Math.min(uint32(bytes, 0, false), bytes.length);
  const has = (brands: readonly string[]): boolean => {
    for (let at = MAJOR_BRAND; at + 4 <= end; at += 4) {
      if (at !== MINOR_VERSION && brands.some((brand) => isText(bytes, at, brand))) return true;
    }
    return false;
  };
  if (has(AVIF_BRANDS)) return 'AVIF';
  return has(HEIC_BRANDS) ? 'HEIC' : undefined;
}

const MAJOR_BRAND = 8;
const MINOR_VERSION = 12;

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

function isText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

function uint32(bytes: Uint8Array, at: number, littleEndian: boolean): number {
  if (at + 4 > bytes.length) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, littleEndian);
}
