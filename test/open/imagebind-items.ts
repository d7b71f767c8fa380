import { pcm16, wavFile } from '../towers/audio/wav-file.js';
import { makeMedia } from '../support/ffmpeg.js';
import { readPixelFile } from '../support/model-fixture.js';
import { seededRandom } from '../support/random.js';

/** A rising tone, a little over the length of a clip; another seed, another tone. */
export function toneFile(seed = 1): Buffer {
  const tone = Float32Array.from({ length: 40_000 }, (_, at) => 0.5 * Math.sin((seed * at ** 1.5) / 1000));
  return wavFile(pcm16(tone), { rate: 16_000 });
}

/** Readings of a motion sensor; another seed, other motions. */
export function motionFile(seed = 1): Buffer {
  const random = seededRandom(seed);
  const lines = Array.from({ length: 2000 }, () =>
    Array.from({ length: 6 }, (_, channel) => seed * (random() - 0.5) + (channel % seed)).join(),
  );
  return Buffer.from(['gyro_x,gyro_y,gyro_z,accl_x,accl_y,accl_z', ...lines].join('\n'));
}

export const pictureFile = () => readPixelFile('jpeg-444.jpg');

/** Three seconds of a test picture that moves, by ffmpeg; another seed, another picture. */
export function filmFile(seed = 1): Buffer {
  const source = ['testsrc', 'testsrc2', 'mandelbrot'][seed % 3];
  const frames = ['-f', 'lavfi', '-i', `${source}=size=96x64:rate=10`, '-t', '3'];
  return makeMedia([...frames, '-c:v', 'mpeg4', '-q:v', '2', '-f', 'mp4']);
}
