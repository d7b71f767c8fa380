import { decodeBmp } from './bmp.js';
import { cmykToRgb } from './cmyk.js';
import { decodeGif } from './gif.js';
import type { ImageHeader } from './inspect.js';
import { obeysOrientation, openNative, toInvalidImage, type Colours } from './native.js';
import type { RgbImage } from '../rgb-image.js';

export interface DecodeOptions {
  /** Whether an orientation tag turns the image. The reference ignores it, except in TIFF; see `obeysOrientation`. */
  readonly orient: boolean;
}

/**
 * The pixels of an inspected image, as Pillow's `Image.open(...).convert('RGB')` gives them: alpha is dropped, not
 * blended, so that colours under transparent pixels show; colour profiles are ignored; the first frame is taken.
 *
 * @throws HandspringError `invalid_image` if the file is cut short or broken.
 */
export async function decodeImage(
  bytes: Uint8Array,
  header: ImageHeader,
  options: DecodeOptions,
): Promise<RgbImage> {
  if (header.format === 'GIF') return decodeGif(bytes);
  if (header.format === 'BMP') return decodeBmp(bytes);
  return decodeNative(bytes, header, obeysOrientation(header.format, options.orient));
}

async function decodeNative(bytes: Uint8Array, header: ImageHeader, orient: boolean): Promise<RgbImage> {
  const image = openNative(bytes, orient);
  if (header.colours === 'cmyk') image.pipelineColourspace('cmyk').toColourspace('cmyk');
  else if (header.colours === 'grey16') image.toColourspace('grey16').removeAlpha();
  else image.toColourspace('srgb').removeAlpha();
  const raw = image.raw({ depth: header.colours === 'grey16' ? 'ushort' : 'uchar' });
  try {
    const { data, info } = await raw.toBuffer({ resolveWithObject: true });
    return { data: toRgb(data, header.colours, info.channels), width: info.width, height: info.height };
  } catch (error) {
    throw toInvalidImage(header.format, bytes, error);
  }
}

function toRgb(data: Buffer, colours: Colours, channels: number): Uint8Array {
  if (colours === 'cmyk') return cmykToRgb(data);
  if (colours === 'grey16') return greyToRgb(new Uint16Array(data.buffer, data.byteOffset, data.length / 2));
  if (channels === 1) return greyToRgb(data);
  return data;
}

/** 16-bit grey is clipped to 255, not scaled, as Pillow's `convert` does. */
function greyToRgb(grey: Uint8Array | Uint16Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0, to = 0; i < grey.length; i++) {
    const value = Math.min(255, grey[i]!);
    rgb[to++] = value;
    rgb[to++] = value;
    rgb[to++] = value;
  }
  return rgb;
}
