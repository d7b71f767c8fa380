import type { Modality } from '../../src/core/modality.js';
import { makeMedia } from '../../test/support/ffmpeg.js';
import { seededRandom } from '../../test/support/random.js';
import type { Body } from './bodies.js';
import { makePhoto } from './photos.js';

/** Of sounds and videos. */
const SECONDS = 10;

/** An item of each kind of ImageBind's, with its key in a request to `/vectorize`. */
const ITEMS: Readonly<Record<Modality, { key: string; make: () => string | Buffer | Promise<Buffer> }>> = {
  text: { key: 'texts', make: () => 'a brown dog runs along the beach in the evening' },
  image: { key: 'images', make: () => makePhoto('640x480', 1) },
  audio: { key: 'audio', make: sound },
  video: { key: 'video', make: film },
  depth: { key: 'depth', make: () => makePhoto('640x480', 2) },
  thermal: { key: 'thermal', make: () => makePhoto('640x480', 3) },
  imu: { key: 'imu', make: motion },
};

export const SENSES = Object.keys(ITEMS);

/** A request of one item: a text of twelve tokens, a photo of 640×480, ten seconds of a WAV in stereo, or of a video of that size. */
export async function bodyOf(modality: Modality): Promise<Body> {
  const { key, make } = ITEMS[modality]!;
  const item = await make();
  const value = typeof item === 'string' ? item : item.toString('base64');
  return { bytes: Buffer.from(JSON.stringify({ [key]: [value] })), items: 1 };
}

function sound(): Buffer {
  const source = `anoisesrc=color=pink:sample_rate=44100:duration=${SECONDS}`;
  return makeMedia(['-f', 'lavfi', '-i', source, '-ac', '2', '-c:a', 'pcm_s16le', '-f', 'wav']);
}

function film(): Buffer {
  const source = `testsrc2=size=640x480:rate=25:duration=${SECONDS}`;
  return makeMedia(['-f', 'lavfi', '-i', source, '-c:v', 'mpeg4', '-q:v', '4', '-f', 'mp4']);
}

function motion(): Buffer {
  const random = seededRandom(1);
  const line = () => Array.from({ length: 6 }, () => (random() - 0.5).toFixed(6)).join();
  return Buffer.from(['gx,gy,gz,ax,ay,az', ...Array.from({ length: 2000 }, line)].join('\n'));
}
