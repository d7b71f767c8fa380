import sharp from 'sharp';
import type { Colour } from './colour-embedder.js';
import { COLOURS } from './colour-embedder.js';

export interface PhotoShape {
  readonly width?: number;
  readonly height?: number;
  readonly format?: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif';
  /** Makes photos of one colour differ in content. */
  readonly shade?: number;
}

/** An encoded image of one colour. */
export async function createPhoto(colour: Colour, shape: PhotoShape = {}): Promise<Buffer> {
  const { width = 64, height = 48, format = 'png', shade = 0 } = shape;
  const [r, g, b] = COLOURS[colour];
  const background = { r, g: Math.min(255, g + shade), b };
  return sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer();
}
