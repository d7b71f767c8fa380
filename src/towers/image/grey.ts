import type { RgbImage } from './rgb-image.js';

/**
 * The image in grey, in all three channels alike, as Pillow's `convert('L')` makes it of colours: ITU-R 601-2's luma in whole
 * numbers (`L24` in Pillow's Convert.c). What is grey already stays as it is.
 */
export function toGrey({ data, width, height }: RgbImage): RgbImage {
  const grey = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at += 3) {
    const luma = (data[at]! * 19_595 + data[at + 1]! * 38_470 + data[at + 2]! * 7471 + 0x8000) >> 16;
    grey.fill(luma, at, at + 3);
  }
  return { data: grey, width, height };
}
