import type { ImageSettings } from './settings.js';

/** Where the model's square lies in the resized image, which is never made as a whole. */
export interface Placement {
  /** Of the whole resized image. */
  readonly resizedWidth: number;
  readonly resizedHeight: number;
  /** Of the square within it; negative where the resized image is smaller and the square has a black border. */
  readonly left: number;
  readonly top: number;
}

/** How an image of `width` x `height` comes to the model's square; the rules stand with `ImageSettings`. */
export function placeImage(width: number, height: number, settings: ImageSettings): Placement {
  const { size, resize, resizeTo } = settings;
  if (resize === 'squash') return { resizedWidth: size, resizedHeight: size, left: 0, top: 0 };
  const resizedWidth = width <= height ? resizeTo : longSide(resizeTo, width, height);
  const resizedHeight = width <= height ? longSide(resizeTo, height, width) : resizeTo;
  const left = cropOffset(resizedWidth, size, settings.cropRounding);
  const top = cropOffset(resizedHeight, size, settings.cropRounding);
  return { resizedWidth, resizedHeight, left, top };
}

/** `int(resizeTo * long / short)`, as Hugging Face's `get_resize_output_image_size`: truncated, not rounded. */
function longSide(resizeTo: number, long: number, short: number): number {
  return Math.trunc((resizeTo * long) / short);
}

function cropOffset(resized: number, size: number, rounding: ImageSettings['cropRounding']): number {
  const half = (resized - size) / 2;
  if (rounding === 'floor') return Math.floor(half);
  // torchvision's center_crop pads before it rounds: half a pixel of border goes to the right and below.
  if (half < 0) return Math.ceil(half);
  return roundHalfEven(half);
}

function roundHalfEven(half: number): number {
  const down = Math.floor(half);
  return half === down || down % 2 === 0 ? down : down + 1;
}
