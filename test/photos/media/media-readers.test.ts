import { expect } from 'chai';
import { MediaReaders } from '../../../src/photos/media/media-readers.js';
import { readPoster } from '../../../src/photos/media/video-facts.js';
import { createFilm } from '../index/colour-film.js';
import { FFMPEG, makeMedia } from '../../support/ffmpeg.js';
import { rejectionOf } from '../../support/rejection.js';

const LIMITS = { maxSoundSeconds: 60, maxVideoSeconds: 60 };
const M4A = () => makeMedia(['-f', 'lavfi', '-i', 'sine=d=2', '-c:a', 'aac', '-f', 'ipod']);

describe('what there is to show of sounds and videos', function () {
  this.timeout(20_000);
  let readers: MediaReaders;

  before(function () {
    if (!FFMPEG) this.skip();
    readers = new MediaReaders({ ...LIMITS, ffmpeg: FFMPEG });
  });
  after(() => readers?.close());

  it('is read of what only ffmpeg decodes', async () => {
    const { seconds, outline } = await readers.tools.readSound(M4A());
    expect(seconds).to.be.closeTo(2, 0.1);
    expect(outline).to.have.length(200);
    const wide = createFilm('red', { size: '160x90' });
    const shown = await readers.tools.readVideo?.(wide);
    expect(shown).to.deep.equal({ seconds: 2, width: 160, height: 90, shape: 'landscape' });
  });

  it('is told to be ffmpeg’s where there is none', async () => {
    const without = new MediaReaders({ ...LIMITS, ffmpeg: undefined });
    const error = await rejectionOf(without.tools.readSound(M4A()));
    expect(error).to.have.property('message').that.includes('for which ffmpeg has to be installed');
    expect(without.tools.readVideo).to.equal(undefined);
    await without.close();
  });

  it('is nothing of a video that cannot be followed', async () => {
    expect(await readers.tools.readVideo?.(createFilm('red').subarray(0, 200))).to.deep.equal({});
  });

  it('is a frame from within, and not the black that it begins with', async () => {
    const { frame } = await readPoster(createFilm('red', { seconds: 8 }), {
      ffmpeg: FFMPEG!,
      maxSeconds: 60,
    });
    expect(frame.data[0]).to.be.greaterThan(120);
  });
});
