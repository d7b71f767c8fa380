/** Decoded pixels: `data` is `[height, width, 3]`, 8 bits a channel, rows without padding. */
export interface RgbImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * RGB pixels of palette indices, a palette being `[N, 3]`. An index beyond it is that shade of grey: Pillow's palettes
 * start as a grey ramp of 256 entries, of which a file overwrites the first.
 */
export function paletteToRgb(indices: Uint8Array, palette: Uint8Array): Uint8Array {
  const full = Uint8Array.from({ length: 768 }, (_, i) => palette[i] ?? Math.floor(i / 3));
  const rgb = new Uint8Array(indices.length * 3);
  for (let i = 0, at = 0; i < indices.length; i++) {
    const entry = indices[i]! * 3;
    rgb[at++] = full[entry]!;
    rgb[at++] = full[entry + 1]!;
    rgb[at++] = full[entry + 2]!;
  }
  return rgb;
}
