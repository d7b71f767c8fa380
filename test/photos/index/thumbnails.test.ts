import { expect } from 'chai';
import sharp from 'sharp';
import { Thumbnails } from '../../../src/photos/index/thumbnails.js';
import { FFMPEG } from '../../support/ffmpeg.js';
import { createFilm } from './colour-film.js';
import { createPhoto } from './colour-photo.js';

const LIMITS = { maxBytes: 1_000_000, maxPixels: 10_000 };

describe('Thumbnails', () => {
  let thumbnails: Thumbnails;

  beforeEach(() => {
    thumbnails = new Thumbnails({ limits: LIMITS, maxPendingPixels: 10_000 });
  });
  afterEach(() => thumbnails.close());

  const codeOf = (making: Promise<unknown>) =>
    making.then(
      () => 'made',
      (error: unknown) => (error as { code?: string }).code,
    );

  it('are made, and refused with the reason', async () => {
    const photo = await createPhoto('red');
    const made = await thumbnails.make(() => Promise.resolve(photo), 'thumb');
    expect(Buffer.from(made).subarray(8, 12).toString()).to.equal('WEBP');
    expect(await codeOf(thumbnails.make(() => Promise.resolve(Buffer.from('no')), 'thumb'))).to.equal(
      'invalid_image',
    );
  });

  it('are a frame of a video where there is an ffmpeg, and refused where there is none', async function () {
    if (!FFMPEG) this.skip();
    const film = () => Promise.resolve(createFilm('blue'));
    expect(await codeOf(thumbnails.make(film, 'thumb'))).to.equal('invalid_image');
    const videos = { ffmpeg: FFMPEG, maxSeconds: 60 };
    const able = new Thumbnails({ limits: LIMITS, maxPendingPixels: 10_000, videos });
    const made = await able.make(film, 'thumb');
    expect(await sharp(made).metadata()).to.include({ format: 'webp', width: 160, height: 90 });
    await able.close();
  });

  it('are not made of images over the limits', async () => {
    const large = await createPhoto('red', { width: 101, height: 100 });
    expect(await codeOf(thumbnails.make(() => Promise.resolve(large), 'thumb'))).to.equal('invalid_image');
  });

  it('are made a few at once: the others are not read, and not at all when nobody waits any more', async () => {
    const photo = await createPhoto('red');
    let reads = 0;
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const read = async () => {
      reads += 1;
      await held;
      return photo;
    };
    const first = Array.from({ length: 4 }, () => thumbnails.make(read, 'thumb'));
    const caller = new AbortController();
    const late = codeOf(thumbnails.make(read, 'thumb', caller.signal));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads).to.equal(4);
    caller.abort();
    expect(await late).to.not.equal('made');
    letGo();
    await Promise.all(first);
    expect(reads).to.equal(4);
  });
});
