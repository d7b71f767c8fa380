import type { ImageSettings } from './settings.js';
import type { DecodeOptions } from './decode/decode.js';
import { decodeImage } from './decode/decode.js';
import { placeImage } from './geometry.js';
import type { ImageHeader } from './decode/inspect.js';
import { toGrey } from './grey.js';
import { invalidImage } from './decode/invalid-image.js';
import { normalise } from './normalise.js';
import { resample } from './resample/resample.js';
import type { RgbImage } from './rgb-image.js';

/**
 * The model's input for one image, planar, of `rowShape(settings)`: the same bits as Hugging Face's
 * `CLIPImageProcessor` gives with Pillow. The array has a buffer of its own, free to be transferred.
 *
 * @throws HandspringError `invalid_image` if the pixels cannot be decoded, or are of 16 bits where grey of 8 is wanted: they are
 * measures, of which the 8 bits that Pillow would leave say nothing.
 */
export async function preprocessImage(
  bytes: Uint8Array,
  header: ImageHeader,
  settings: ImageSettings,
  options: DecodeOptions,
): Promise<Float32Array> {
  const isGrey = settings.mean.length === 1;
  if (isGrey && header.colours === 'grey16')
    throw invalidImage('unsupported', 'a picture of 8 bits a channel', `${header.format} of 16 bits`);
  const decoded = await decodeImage(bytes, header, options);
  const image = isGrey ? toGrey(decoded) : decoded;
  return normalise(resizeAndCrop(image, settings).data, settings);
}

/** The model's square of pixels, `[S, S, 3]`. Where the resized image is smaller, the border is black, as in the reference. */
export function resizeAndCrop(image: RgbImage, settings: ImageSettings): RgbImage {
  const { size, filter } = settings;
  const { resizedWidth, resizedHeight, left, top } = placeImage(image.width, image.height, settings);
  const inner = {
    left: Math.max(0, left),
    top: Math.max(0, top),
    width: Math.min(size, resizedWidth),
    height: Math.min(size, resizedHeight),
  };
  const pixels = resample(image, resizedWidth, resizedHeight, inner, filter);
  if (inner.width === size && inner.height === size) return pixels;
  return pad(pixels, size, inner.left - left, inner.top - top);
}

function pad(image: RgbImage, size: number, left: number, top: number): RgbImage {
  const data = new Uint8Array(size * size * 3);
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(y * image.width * 3, (y + 1) * image.width * 3);
    data.set(row, ((top + y) * size + left) * 3);
  }
  return { data, width: size, height: size };
}
