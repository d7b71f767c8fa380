/**
 * RGB `[N, 3]` of CMYK `[N, 4]`, where 255 is full ink, by Pillow's formula (`src/libImaging/Convert.c`): no colour
 * management, `R = (255 - K) - (255 - K) * C / 255`, the product rounded.
 */
export function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4) {
    const light = 255 - cmyk[from + 3]!;
    rgb[to++] = light - multiplyDivide255(cmyk[from]!, light);
    rgb[to++] = light - multiplyDivide255(cmyk[from + 1]!, light);
    rgb[to++] = light - multiplyDivide255(cmyk[from + 2]!, light);
  }
  return rgb;
}

/** `a * b / 255` for bytes, rounded to nearest, without a division. */
function multiplyDivide255(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
