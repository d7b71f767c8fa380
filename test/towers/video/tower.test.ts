import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { ROOT } from '../../../src/core/own-module.js';
import { open, similarity } from '../../../src/index.js';
import type { Model } from '../../../src/index.js';
import { loadModelFolder } from '../../../src/models/folder/folder.js';
import { videoKind } from '../../../src/towers/video/tower.js';
import { FFMPEG, makeMedia } from '../../support/ffmpeg.js';

const sample = (name: string) => fileURLToPath(new URL(`samples/${name}.jpg`, ROOT));
const CAT = sample('chelsea-the-cat');
const ROCKET = sample('rocket-on-the-pad');

/** A photo, or one after the other, each for so long, as a film in H.264. */
function film(photos: readonly string[], seconds = 1, options: readonly string[] = []): Buffer {
  const inputs = photos.flatMap((photo) => ['-loop', '1', '-t', String(seconds), '-r', '25', '-i', photo]);
  const scaled = photos.map((_, at) => `[${at}:v]scale=320:240,setsar=1[v${at}]`).join(';');
  const joined = `${photos.map((_, at) => `[v${at}]`).join('')}concat=n=${photos.length}[v]`;
  const encode = [
    '-map',
    '[v]',
    '-c:v',
    'libx264',
    '-crf',
    '12',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
  ];
  return makeMedia([...inputs, '-filter_complex', `${scaled};${joined}`, ...encode, ...options, '-f', 'mp4']);
}

describe('the video tower of a model of images', function () {
  this.timeout(60_000);
  let model: Model;
  before(async function () {
    if (!FFMPEG) this.skip();
    model = await open('starter', { modalities: ['image', 'text', 'video'] });
  });
  after(() => model.close());

  const embedOne = async (video: Uint8Array) => (await model.embed([{ video }]))[0];
  const failureOf = (video: Uint8Array) =>
    model.embed([{ text: 'fine' }, { video }]).then(
      () => expect.fail('it was answered'),
      (error: unknown) => error as { code: string; index: number; message: string; reason: string },
    );

  it('is near the photo that a film shows, and between those that it shows one after the other', async () => {
    const [cat, rocket] = await model.embed([{ image: readFileSync(CAT) }, { image: readFileSync(ROCKET) }]);
    const [one, both] = [await embedOne(film([CAT])), await embedOne(film([CAT, ROCKET], 4))];
    expect(similarity(one, one)).to.be.closeTo(1, 1e-5);
    expect(similarity(one, cat)).to.be.greaterThan(0.9);
    expect(similarity(both, cat)).to.be.within(similarity(cat, rocket) + 0.1, similarity(one, cat) - 0.05);
    expect(similarity(both, rocket)).to.be.greaterThan(similarity(one, rocket) + 0.1);
  });

  it('reads films whose index is at the start, of one frame, and in other containers', async () => {
    const plain = await embedOne(film([CAT]));
    const early = film([CAT], 1, ['-movflags', 'faststart']);
    expect(similarity(await embedOne(early), plain)).to.be.greaterThan(0.999);
    const still = await embedOne(film([CAT], 0.04));
    expect(similarity(still, plain)).to.be.greaterThan(0.99);
    for (const [codec, format] of [['mjpeg', 'avi'], ['libvpx', 'webm'], ['mpeg2video', 'mpegts']] as const) {
      const other = makeMedia(['-loop', '1', '-t', '1', '-r', '25', '-i', CAT, '-vf', 'scale=320:240', '-c:v', codec,
        '-b:v', '4M', '-q:v', '2', '-pix_fmt', codec === 'mjpeg' ? 'yuvj420p' : 'yuv420p', '-f', format]);
      expect(similarity(await embedOne(other), plain), format).to.be.greaterThan(0.95);
    }
  }); // prettier-ignore

  it('names what cannot be read, and hears of no other item', async () => {
    expect(await failureOf(Buffer.from('no film at all'))).to.include({ code: 'invalid_media', index: 1 });
    const cut = film([CAT]);
    expect(await failureOf(cut.subarray(0, cut.length / 3))).to.include({ reason: 'broken' });
    const sound = makeMedia(['-f', 'lavfi', '-i', 'anullsrc', '-t', '1', '-c:a', 'aac', '-f', 'mp4']);
    expect((await failureOf(sound)).message).to.contain('an MP4 or QuickTime file without pictures');
    const rare = makeMedia(['-f', 'lavfi', '-i', 'color=s=32x32:d=1', '-c:v', 'ffv1', '-f', 'matroska']);
    expect(await failureOf(rare)).to.include({
      reason: 'unsupported',
      message:
        'video[1]: expected a codec that the ffmpeg here decodes, received a WebM or Matroska file of ffv1',
    });
    const long = makeMedia(['-f', 'lavfi', '-i', 'color=s=32x32:r=1:d=400', '-c:v', 'mpeg4', '-f', 'mp4']);
    expect((await failureOf(long)).message).to.equal(
      'video[1]: expected a video of at most 300 s and 240 frames in each (MAX_VIDEO_SECONDS), received 400 s',
    );
  });

  it('is given up when its caller leaves', async () => {
    const video = film([CAT], 5);
    const failure = await model
      .embed([{ video }], { signal: AbortSignal.timeout(30) })
      .catch((error: Error) => error.name);
    expect(failure).to.equal('TimeoutError');
    expect(await embedOne(video)).to.have.length(384);
  });

  it('has frames for the same encoder as images', async () => {
    const folder = fileURLToPath(new URL('models/starter', ROOT));
    const { towers, ...rest } = await loadModelFolder(folder, { modalities: ['image', 'video'] });
    const plan = await videoKind.plan({ towers, ...rest }, towers['video']!);
    expect(plan.input).to.deep.equal({ kind: 'dense', shape: [3, 224, 224] });
    expect(towers['video']!.file).to.equal(towers['image']!.file);
    expect((await plan.samples())[0]).to.have.length(3 * 224 * 224);
  });
});

describe('without ffmpeg', () => {
  it('a video is refused with one sentence that says what is missing', async () => {
    const model = await open('starter', { modalities: ['video'], ffmpeg: 'off' });
    const video = Buffer.from('\0\0\0\x18ftypmp42');
    const { message } = (await model.embed([{ video }]).catch((error: unknown) => error)) as Error;
    await model.close();
    expect(message).to.equal(
      'video[0]: expected an item of another kind, received an MP4 or QuickTime file, for which ffmpeg has to be installed where this service runs (FFMPEG)',
    );
  });
});
