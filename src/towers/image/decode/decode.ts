import type { OutputInfo } from 'sharp';
import { decodeBmp } from './bmp.js';
import { cmykToRgb } from './cmyk.js';
import { decodeGif } from './gif.js';
import { asStored } from './heif/as-stored.js';
import type { ImageHeader } from './inspect.js';
import { corruptImage } from './invalid-image.js';
import { obeysOrientation, openNative, toInvalidImage } from './native.js';
import type { RgbImage } from '../rgb-image.js';
import { unpremultiply } from './unpremultiply.js';

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
  const { format, colours, isPremultiplied = false } = header;
  const image = openNative(format === 'AVIF' ? asStored(bytes, format, orient) : bytes, orient);
  if (colours === 'cmyk') image.pipelineColourspace('cmyk').toColourspace('cmyk');
  else if (colours === 'grey16') image.toColourspace('grey16').removeAlpha();
  else if (isPremultiplied) image.toColourspace('srgb');
  else image.toColourspace('srgb').removeAlpha();
  const raw = image.raw({ depth: colours === 'grey16' ? 'ushort' : 'uchar' });
  let decoded: { data: Buffer; info: OutputInfo };
  try {
    decoded = await raw.toBuffer({ resolveWithObject: true });
  } catch (error) {
    throw toInvalidImage(format, bytes, error);
  }
  const { data, info } = decoded;
  requireAsAnnounced(header, data, info);
  return { data: toRgb(data, header, info.channels), width: info.width, height: info.height };
}

/** The decoder's answer is not taken for what was asked for: pixels of another shape would be a vector of another image. */
function requireAsAnnounced(header: ImageHeader, data: Buffer, info: OutputInfo): void {
  const { format, width, height, colours } = header;
  const samples = info.width * info.height * info.channels * (colours === 'grey16' ? 2 : 1);
  const isUpright = info.width === width && info.height === height;
  const isOnItsSide = info.width === height && info.height === width;
  const channels =
    colours === 'cmyk' ? [4] : colours === 'grey16' ? [1] : header.isPremultiplied ? [3, 4] : [1, 3];
  if (data.length !== samples || !(isUpright || isOnItsSide) || !channels.includes(info.channels)) {
    throw corruptImage(format, new Error(`decoded to ${JSON.stringify(info)}, ${data.length} bytes`));
  }
}

function toRgb(data: Buffer, { colours }: ImageHeader, channels: number): Uint8Array {
  if (colours === 'cmyk') return cmykToRgb(data);
  if (colours === 'grey16') return greyToRgb(new Uint16Array(data.buffer, data.byteOffset, data.length / 2));
  if (channels === 4) return unpremultiply(data);
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
