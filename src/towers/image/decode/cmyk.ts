/**
 * RGB `[N, 3]` of CMYK `[N, 4]`, where all bits set are full ink, by Pillow's formula (`src/libImaging/Convert.c`): no
 * colour management, `R = (255 - K) - (255 - K) * C / 255`, the product rounded. Of 16 bits the higher 8 are taken.
 */
export function cmykToRgb(cmyk: Uint8Array | Uint16Array): Uint8Array {
  const shift = 8 * (cmyk.BYTES_PER_ELEMENT - 1);
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4) {
    const light = 255 - (cmyk[from + 3]! >> shift);
    for (let ink = from; ink < from + 3; ink++)
      rgb[to++] = light - multiplyDivide255(cmyk[ink]! >> shift, light);
  }
  return rgb;
}

/** `a * b / 255` for bytes, rounded to nearest, without a division. */
function multiplyDivide255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
