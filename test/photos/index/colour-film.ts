import { makeMedia } from '../../support/ffmpeg.js';
import { COLOURS } from './colour-embedder.js';
import type { Colour } from './colour-embedder.js';

export interface FilmOptions {
  readonly seconds?: number;
  readonly size?: `${number}x${number}`;
  /** ffmpeg's name of the container, and the codecs in it. */
  readonly format?: string;
  readonly codecs?: readonly string[];
}

/** A video of one colour, which begins in black; in WebM unless another container is asked for. */
export function createFilm(
  colour: Colour,
  { seconds = 2, size = '160x90', format = 'webm', codecs = ['-c:v', 'libvpx'] }: FilmOptions = {},
): Buffer {
  const hex = COLOURS[colour].map((value) => value.toString(16).padStart(2, '0')).join('');
  const source = `color=c=0x${hex}:s=${size}:r=10:d=${seconds}`;
  return makeMedia(['-f', 'lavfi', '-i', source, '-vf', 'fade=in:0:1', ...codecs, '-f', format]);
}
