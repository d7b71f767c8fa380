import { expect } from 'chai';
import { recogniseVideo } from '../../../src/towers/video/container.js';
import { readFrames, readFrameTimes } from '../../../src/towers/video/frames.js';
import type { VideoSource } from '../../../src/towers/video/frames.js';
import { FFMPEG, makeMedia } from '../../support/ffmpeg.js';

const SECONDS = 2;
const FRAMES = 25 * SECONDS;
const moving = (...options: string[]) =>
  makeMedia(['-f', 'lavfi', '-i', `testsrc2=s=64x48:r=25:d=${SECONDS}`, ...options]);

/** Kinds of films in which a frame is not found by its time. */
const FILMS: Readonly<Record<string, () => Buffer>> = {
  'a transport stream, which has no index': () =>
    moving('-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-f', 'mpegts'),
  'an AVI file of frames that lean on later ones, which it gives no times': () =>
    moving('-c:v', 'mpeg4', '-bf', '2', '-f', 'avi'),
};

describe('the frames of', function () {
  this.timeout(30_000);
  before(function () {
    if (!FFMPEG) this.skip();
  });

  for (const [name, film] of Object.entries(FILMS)) {
    it(`${name}, are all counted, and the same where each might be sought`, async () => {
      const bytes = film();
      const { signal } = new AbortController();
      const container = recogniseVideo(bytes);
      const source: VideoSource = {
        bytes,
        container,
        ffmpeg: FFMPEG!,
        maxSeconds: 10,
        orient: false,
        signal,
      };
      const times = await readFrameTimes(source);
      expect(times.ticks).to.have.length(FRAMES);
      const framesAt = async (mayBeSought: boolean) => {
        const found: Buffer[] = [];
        for await (const { data } of readFrames(source, times, [0, 24, FRAMES - 1], mayBeSought))
          found.push(Buffer.from(data));
        return found;
      };
      const decoded = await framesAt(false);
      expect(new Set(decoded.map((frame) => frame.toString('base64'))).size).to.equal(3);
      expect(await framesAt(true)).to.deep.equal(decoded);
    });
  }
});
