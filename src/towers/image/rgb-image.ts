/** Decoded pixels: `data` is `[height, width, 3]`, 8 bits a channel, rows without padding. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * RGB pixels of palette indices, a palette being `[N, 3]`. An index beyond it is black, as in Pillow; but a palette that
 * is the beginning of the grey ramp, or is missing, counts as the whole ramp.
 */
export function paletteToRgb(indices: Uint8Array, palette: Uint8Array): Uint8Array {
  const isRamp = palette.every((value, i) => value === Math.floor(i / 3));
  const full = Uint8Array.from({ length: 768 }, (_, i) => palette[i] ?? (isRamp ? Math.floor(i / 3) : 0));
  const rgb = new Uint8Array(indices.length * 3);
  for (let i = 0, at = 0; i < indices.length; i++) {
    const entry = indices[i]! * 3;
    rgb[at++] = full[entry]!;
    rgb[at++] = full[entry + 1]!;
    rgb[at++] = full[entry + 2]!;
  }
  return rgb;
}
