/** Files, by a part of their path, and why they are another matter here than with Pillow. */
export type Known = Readonly<Record<string, RegExp>>;

/** What Pillow takes and this service refuses, of the formats that it names, with what it says of it. */
export const REFUSED: Known = {
  '/lab': /one of CIE L\*a\*b\* colours$/,
  '/hopper.Lab.tif': /one of CIE L\*a\*b\* colours$/,
  '/12bit.cropped.tif': /one of 12 bits$/,
  '/8bit.s.tif': /one of signed numbers$/,
  '/16bit.s.tif': /one of signed numbers$/,
  '/16_bit_binary_pgm.tiff': /one of signed numbers$/,
  '/10ct_32bit_128.tiff': /one of floating-point numbers$/,
  '/hopper_lzma.tif': /one of LZMA$/,
  '/old-style-jpeg-compression': /one of old-style JPEG$/,
  '/tiff_tiled_planar_': /one of tiles of each colour$/,
};

/** Whose pixels differ from Pillow's, and why. */
export const DIFFERENT: Readonly<Record<string, string>> = {
  '/avif/': 'the conversion from YCbCr rounds otherwise and repeats chroma; see approximate.json',
  '/tiff_16bit_RGBa.tiff': 'alpha of 16 bits is divided out before the lower bits are dropped, and not after',
  '/tiff_strip_planar_16bit_RGBa.tiff': 'as tiff_16bit_RGBa.tiff',
  '/bmp/b/badrle.bmp': 'broken runs are read otherwise',
  '/bmp/g/pal4rle.bmp': 'Pillow goes wrong where a run of odd length is cut',
  '/bmp/q/pal4rletrns.bmp': 'as pal4rle.bmp',
  '/bmp/q/pal8rletrns.bmp': 'Pillow goes wrong where pixels are skipped',
};

/** What Pillow refuses and this service takes, and why that is no harm. */
export const TAKEN: Readonly<Record<string, string>> = {
  '/apng/chunk_no_fctl.png': 'its animation is broken, which the first picture is no part of',
  '/unknown_compression_method.png': 'its colour profile is, which is not read',
  '/truncated_end_chunk.png': 'its end is cut, behind the last pixel',
  '/png_decompression_dos.png': 'its text is a bomb, which is not read',
  '/bmp/q/pal8oversizepal.bmp': 'its palette has more colours than pixels can name',
  '/bmp/g/rgb32bf.bmp': 'its colours are in an order that Pillow does not list',
};
