import { pcm16, wavFile } from '../../towers/audio/wav-file.js';
import { COLOURS } from './colour-embedder.js';
import type { Colour } from './colour-embedder.js';

const RATE = 8000;
/** Where the samples begin in a WAV file without other chunks. */
const HEADER_BYTES = 44;

/** A WAV file that the colour model takes for a colour: which one stands in its first sample. The rest is a tone that fades. */
export function createSound(colour: Colour, seconds = 1): Buffer {
  const samples = Float32Array.from(
    { length: seconds * RATE },
    (_, at) => 0.8 * (1 - at / (seconds * RATE)) * Math.sin((2 * Math.PI * 440 * at) / RATE),
  );
  const file = wavFile(pcm16(samples), { rate: RATE });
  file.writeInt16LE(Object.keys(COLOURS).indexOf(colour), HEADER_BYTES);
  return file;
}

/** The colour of a sound made here; undefined for another file. */
export function colourOfSound(file: Uint8Array): Colour | undefined {
  const bytes = Buffer.from(file);
  if (bytes.length < HEADER_BYTES + 2 || bytes.toString('latin1', 8, 12) !== 'WAVE') return undefined;
  return (Object.keys(COLOURS) as Colour[])[bytes.readInt16LE(HEADER_BYTES)];
}
