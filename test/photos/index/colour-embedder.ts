import sharp from 'sharp';
import type { Embedder, EmbedOptions, EmbedRequest, EmbedResult } from '../../../src/core/embedder.js';
import { HandspringError } from '../../../src/core/errors.js';

/** What the colour model knows: the words and the colours they mean. */
export const COLOURS = {
  red: [220, 30, 30],
  green: [30, 180, 40],
  blue: [30, 60, 220],
  yellow: [230, 220, 30],
  purple: [150, 40, 190],
} as const satisfies Record<string, readonly [number, number, number]>;

export type Colour = keyof typeof COLOURS;

/** A model of three dimensions that understands nothing but colour: an image is its mean colour, a text the mean of its colour words. */
export class ColourEmbedder implements Embedder {
  /** Every text asked for, in order. */
  readonly texts: string[] = [];
  /** How many images were asked for. */
  images = 0;
  /** Thrown by the next calls, one each. */
  readonly failures: Error[] = [];
  /** Awaited before a text is answered. */
  beforeText: (text: string) => Promise<void> = () => Promise.resolve();

  async embed(request: EmbedRequest, options: EmbedOptions = {}): Promise<EmbedResult> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    this.texts.push(...request.texts);
    this.images += request.images.length;
    for (const text of request.texts) await this.beforeText(text);
    options.signal?.throwIfAborted();
    return {
      textVectors: request.texts.map(toTextVector),
      imageVectors: await Promise.all(request.images.map(toImageVector)),
      truncatedTexts: request.texts.flatMap((text, i) => (text.split(/\s+/).length > 77 ? [i] : [])),
      timings: { prepareMs: 0, queueMs: 0, encodeMs: 0 },
    };
  }
}

function toTextVector(text: string): Float32Array {
  const known = (Object.keys(COLOURS) as Colour[]).filter((colour) => text.toLowerCase().includes(colour));
  const colours: (readonly number[])[] =
    known.length > 0 ? known.map((colour) => COLOURS[colour]) : [[1, 1, 1]];
  return Float32Array.from([0, 1, 2], (channel) =>
    colours.reduce((sum, colour) => sum + (colour[channel] as number) / colours.length, 0),
  );
}

async function toImageVector(image: Uint8Array): Promise<Float32Array> {
  try {
    const { data } = await sharp(image)
      .removeAlpha()
      .resize(1, 1, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return Float32Array.from(data, (value) => value + 1);
  } catch (cause) {
    throw new HandspringError('invalid_image', 'images[0]: expected an image, received something else', {
      cause,
    });
  }
}
