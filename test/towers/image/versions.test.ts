import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { readPhotoFacts } from '../../../src/photos/facts.js';
import { inspectImage } from '../../../src/towers/image/decode/inspect.js';
import { preprocessImage } from '../../../src/towers/image/preprocess.js';
import { PREPARATION_VERSION, READER_VERSION } from '../../../src/towers/image/versions.js';
import { CLIP, fixture, NO_LIMITS } from './reference.js';

/** One of each format, and what is special in some. */
const IMAGES = [
  'jpeg-420.jpg',
  'jpeg-cmyk-adobe.jpg',
  'jpeg-exif-2.jpg',
  'gif-transparent.gif',
  'bmp-rle8.bmp',
  'heic-420.heic',
  'avif-422-odd.avif',
];
const NO_IMAGES = [
  '',
  'these are words',
  'GIF89a',
  '\x89PNG\r\n\x1a\n',
  '\xff\xd8\xff\xe0',
  'version https://git-lfs',
];

async function prepare(name: string): Promise<Float32Array> {
  const bytes = fixture(name);
  return preprocessImage(bytes, await inspectImage(bytes, NO_LIMITS), CLIP, { orient: false });
}

async function read(bytes: Uint8Array): Promise<unknown> {
  try {
    await inspectImage(bytes, NO_LIMITS);
    return await readPhotoFacts(bytes);
  } catch (error) {
    const { message, reason } = error as { message: string; reason?: string };
    return { message, reason };
  }
}

/** What vectors and refusals remembered under a version were made of: another digest is another version. */
describe('what is remembered of images', () => {
  it('is made of the same pixels as long as PREPARATION_VERSION is the same: raise it where this fails', async () => {
    const digest = createHash('sha256');
    for (const name of IMAGES) digest.update(new Uint8Array((await prepare(name)).buffer));
    expect([PREPARATION_VERSION, digest.digest('hex').slice(0, 16)]).to.deep.equal([3, '0712da873d5ab368']);
  });

  it('is read, or refused, alike as long as READER_VERSION is the same: raise it where this fails', async () => {
    const files = [...IMAGES.map(fixture), ...NO_IMAGES.map((text) => Buffer.from(text, 'latin1'))];
    const answers = [];
    for (const bytes of [...files, ...files.slice(0, IMAGES.length).map((whole) => whole.subarray(0, 300))]) {
      answers.push(await read(bytes));
    }
    const digest = createHash('sha256').update(JSON.stringify(answers)).digest('hex').slice(0, 16);
    expect([READER_VERSION, digest]).to.deep.equal([3, '05a5bc4af5fdc1e1']);
  });
});
