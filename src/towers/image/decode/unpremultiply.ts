/**
 * RGB `[N, 3]` of RGBA `[N, 4]` whose colours are stored multiplied by alpha: divided by it, rounded to nearest. Black where
 * alpha is 0, as in libavif (`src/alpha.c`), which Pillow uses.
 */
export function unpremultiply(rgba: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    const alpha = rgba[from + 3]!;
    for (let channel = from; channel < from + 3; channel++) {
      rgb[to++] = alpha === 0 ? 0 : Math.min(255, Math.floor((rgba[channel]! * 255) / alpha + 0.5));
    }
  }
  return rgb;
}
