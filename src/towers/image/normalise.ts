import type { ImageSettings } from './settings.js';

/**
 * Pixels `[S, S, 3]` as the model's input `[C, S, S]`, or `[C, F, S, S]` for one that looks at F frames, in a buffer of its own;
 * C is 3, or 1 of pixels that are grey. The values are those of Hugging Face's
 * `rescale` and `normalize` to the bit: the byte times the factor in 64 bits, rounded to 32, then `(v - mean) / std` in
 * 32 bits. There are only 256 of them for each channel.
 */
export function normalise(pixels: Uint8Array, settings: ImageSettings): Float32Array {
  const { mean, frames = 1 } = settings;
  const plane = pixels.length / 3;
  const tensor = new Float32Array(mean.length * frames * plane);
  for (let channel = 0; channel < mean.length; channel++) {
    const table = tableOf(settings, channel);
    const offset = channel * frames * plane;
    for (let i = 0, from = channel; i < plane; i++, from += 3) tensor[offset + i] = table[pixels[from]!]!;
    for (let frame = 1; frame < frames; frame++)
      tensor.copyWithin(offset + frame * plane, offset, offset + plane);
  }
  return tensor;
}

function tableOf({ rescaleFactor, mean, std }: ImageSettings, channel: number): Float32Array {
  const { fround } = Math;
  const channelMean = fround(mean[channel]!);
  const channelStd = fround(std[channel]!);
  return Float32Array.from({ length: 256 }, (_, byte) =>
    fround(fround(fround(byte * rescaleFactor) - channelMean) / channelStd),
  );
}
