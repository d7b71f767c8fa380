import sharp from 'sharp';
import type { Content, Embedder, EmbedOptions, EmbedResult, Item } from '../../../src/core/embedder.js';
import { HandspringError } from '../../../src/core/errors.js';
import { readPoster } from '../../../src/photos/media/video-facts.js';
import { FFMPEG } from '../../support/ffmpeg.js';
import { contentOf, embedResult } from '../../support/items.js';
import { colourOfSound } from './colour-sound.js';

/** What the colour model knows: the words and the colours they mean. */
export const COLOURS = {
  red: [220, 30, 30],
  green: [30, 180, 40],
  blue: [30, 60, 220],
  yellow: [230, 220, 30],
  purple: [150, 40, 190],
} as const satisfies Record<string, readonly [number, number, number]>;

export type Colour = keyof typeof COLOURS;

/**
 * A model of three dimensions that understands nothing but colour: an image is its mean colour, a text the mean of its colour
 * words, a sound the colour that `createSound` made it of, and a video that of one of its frames.
 */
export class ColourEmbedder implements Embedder {
  /** Every text asked for, in order. */
  readonly texts: string[] = [];
  /** How many images were asked for. */
  images = 0;
  /** Thrown by the next calls, one each. */
  readonly failures: Error[] = [];
  /** Awaited before a text is answered. */
  beforeText: (text: string) => Promise<void> = () => Promise.resolve();

  async embed(items: readonly Item[], options: EmbedOptions = {}): Promise<EmbedResult> {
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    const contents = items.map(contentOf);
    const texts = contents.filter((content) => typeof content === 'string');
    this.texts.push(...texts);
    this.images += contents.length - texts.length;
    for (const text of texts) await this.beforeText(text);
    options.signal?.throwIfAborted();
    return embedResult(await Promise.all(items.map(toVector)), {
      truncated: contents.flatMap((content, at) => (isLong(content) ? [at] : [])),
    });
  }
}

function isLong(content: Content): boolean {
  return typeof content === 'string' && content.split(/\s+/).length > 77;
}

async function toVector(item: Item): Promise<Float32Array> {
  const content = contentOf(item);
  if (typeof content === 'string') return toTextVector(content);
  if (item.modality === 'audio') return toSoundVector(content);
  if (item.modality === 'video') return toFilmVector(content);
  return toImageVector(item.name ?? 'image', content);
}

function toTextVector(text: string): Float32Array {
  const known = (Object.keys(COLOURS) as Colour[]).filter((colour) => text.toLowerCase().includes(colour));
  const colours: (readonly number[])[] =
    known.length > 0 ? known.map((colour) => COLOURS[colour]) : [[1, 1, 1]];
  return Float32Array.from([0, 1, 2], (channel) =>
    colours.reduce((sum, colour) => sum + (colour[channel] as number) / colours.length, 0),
  );
}

function toSoundVector(sound: Uint8Array): Float32Array {
  const colour = colourOfSound(sound);
  if (colour !== undefined) return toTextVector(colour);
  throw new HandspringError('invalid_media', 'audio: expected a sound, received something else', {
    reason: 'unknown_format',
  });
}

/** Of its poster. */
async function toFilmVector(film: Uint8Array): Promise<Float32Array> {
  const { frame } = await readPoster(film, { ffmpeg: FFMPEG!, maxSeconds: 60 });
  const { data, width, height } = frame;
  return toImageVector(
    'video',
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
  );
}

async function toImageVector(name: string, image: Uint8Array): Promise<Float32Array> {
  try {
    const { data } = await sharp(image)
      .removeAlpha()
      .resize(1, 1, { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    return Float32Array.from(data, (value) => value + 1);
  } catch (cause) {
    throw new HandspringError('invalid_image', `${name}: expected an image, received something else`, {
      cause,
      reason: 'unknown_format',
    });
  }
}
