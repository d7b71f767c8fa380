import type { OutputInfo } from 'sharp';
import { decodeBmp } from './bmp.js';
import { cmykToRgb } from './cmyk.js';
import type { ImageFormat } from './format.js';
import { decodeGif } from './gif.js';
import { asStored } from './heif/as-stored.js';
import { decodeHeic } from './heif/decode-heic.js';
import type { ImageHeader } from './inspect.js';
import { corruptImage } from './invalid-image.js';
import type { Colours } from './native.js';
import { obeysOrientation, openNative, toInvalidImage } from './native.js';
import { repairPng } from './png/repair.js';
import type { RgbImage } from '../rgb-image.js';
import { turnUpright } from '../turn.js';
import { asPillowReads } from './tiff/as-pillow.js';
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
  if (header.format === 'HEIC') return decodeHeic(bytes);
  return decodeNative(bytes, header, obeysOrientation(header.format, options.orient));
}

/** What is asked of sharp for each kind of colours. */
interface Samples {
  readonly space: 'srgb' | 'grey16' | 'cmyk';
  readonly depth: 'uchar' | 'ushort';
  readonly channels: readonly number[];
}

const SAMPLES: Readonly<Record<Colours, Samples>> = {
  rgb: { space: 'srgb', depth: 'uchar', channels: [1, 3] },
  grey16: { space: 'grey16', depth: 'ushort', channels: [1] },
  cmyk: { space: 'cmyk', depth: 'uchar', channels: [4] },
  cmyk16: { space: 'cmyk', depth: 'ushort', channels: [4] },
};
const SAMPLE_BYTES = { uchar: 1, ushort: 2 } as const;
const RGBA_CHANNELS = 4;

async function decodeNative(bytes: Uint8Array, header: ImageHeader, orient: boolean): Promise<RgbImage> {
  const { turn } = header;
  const decoded = await decodeOrRepair(bytes, header, orient && turn === undefined);
  requireAsAnnounced(header, decoded);
  const { info } = decoded;
  const { width, height } = info;
  const stored = { data: toRgb(decoded, header), width, height, channels: 3 };
  return turn === undefined ? stored : turnUpright(stored, turn);
}

/** A PNG that its decoder refuses is looked at once more: it minds some things that Pillow and browsers do not. */
async function decodeOrRepair(bytes: Uint8Array, header: ImageHeader, orient: boolean): Promise<Decoded> {
  const { format } = header;
  try {
    return await decodeSamples(toDecode(bytes, format, orient), header, orient);
  } catch (error) {
    const repaired = format === 'PNG' ? await repairPng(bytes) : undefined;
    if (!repaired) throw toInvalidImage(format, bytes, error);
    return decodeSamples(repaired, header, orient).catch((cause: unknown) => {
      throw toInvalidImage(format, bytes, cause);
    });
  }
}

interface Decoded {
  readonly data: Buffer;
  readonly info: OutputInfo;
}

function decodeSamples(
  bytes: Uint8Array,
  { colours, isPremultiplied }: ImageHeader,
  orient: boolean,
): Promise<Decoded> {
  const { space, depth } = SAMPLES[colours];
  const image = openNative(bytes, orient).toColourspace(space).raw({ depth });
  if (space === 'cmyk') image.pipelineColourspace(space);
  if (!isPremultiplied) image.removeAlpha();
  return image.toBuffer({ resolveWithObject: true });
}

/** What sharp is given of a file: none of its further pages, nor what it would obey or refuse and Pillow does not. */
export function toDecode(bytes: Uint8Array, format: ImageFormat, orient: boolean): Uint8Array {
  if (format === 'AVIF') return asStored(bytes, format, orient);
  return format === 'TIFF' ? asPillowReads(bytes) : bytes;
}

/** The decoder's answer is not taken for what was asked for: pixels of another shape would be a vector of another image. */
function requireAsAnnounced(header: ImageHeader, { data, info }: Decoded): void {
  const { format, width, height, colours, isPremultiplied } = header;
  const { depth, channels } = SAMPLES[colours];
  const isExpected =
    data.length === info.width * info.height * info.channels * SAMPLE_BYTES[depth] &&
    ((info.width === width && info.height === height) || (info.width === height && info.height === width)) &&
    (channels.includes(info.channels) || (isPremultiplied && info.channels === RGBA_CHANNELS));
  if (!isExpected) {
    throw corruptImage(format, new Error(`decoded to ${JSON.stringify(info)}, ${data.length} bytes`));
  }
}

function toRgb({ data, info }: Decoded, { colours, isPremultiplied }: ImageHeader): Uint8Array {
  const { channels } = info;
  if (colours === 'cmyk') return cmykToRgb(data);
  const wide = new Uint16Array(data.buffer, data.byteOffset, data.length >> 1);
  if (colours === 'cmyk16') return cmykToRgb(wide);
  if (colours === 'grey16') return greyToRgb(wide);
  if (isPremultiplied && channels === RGBA_CHANNELS) return unpremultiply(data);
  return channels === 1 ? greyToRgb(data) : data;
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
