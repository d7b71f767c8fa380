import { expect } from 'chai';
import { HandspringError } from '../../../src/core/errors.js';
import { embedWhenFree } from '../../../src/photos/index/embed-when-free.js';
import { ColourEmbedder } from './colour-embedder.js';
import { createPhoto } from './colour-photo.js';

describe('embedWhenFree', () => {
  const waits: number[] = [];
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  let embedder: ColourEmbedder;
  let image: Buffer;

  before(async () => {
    image = await createPhoto('red');
  });
  beforeEach(() => {
    embedder = new ColourEmbedder();
    waits.length = 0;
  });

  it('tries again while the engine is overloaded or not ready, each time twice as long', async () => {
    embedder.failures.push(
      new HandspringError('overloaded', 'full'),
      new HandspringError('not_ready', 'loading'),
      new HandspringError('overloaded', 'full'),
    );
    const vector = await embedWhenFree(embedder, image, { wait });
    expect(vector).to.have.length(3);
    expect(waits).to.deep.equal([250, 500, 1000]);
  });

  it('waits as long as the engine asks for, and never longer than eight seconds by itself', async () => {
    embedder.failures.push(new HandspringError('overloaded', 'full', { retryAfterSeconds: 3 }));
    await embedWhenFree(embedder, image, { wait });
    expect(waits).to.deep.equal([3000]);
    embedder.failures.push(...Array.from({ length: 7 }, () => new HandspringError('overloaded', 'full')));
    await embedWhenFree(embedder, image, { wait });
    expect(waits.at(-1)).to.equal(8000);
  });

  it('passes other errors on at once, about an image that is no part of a list', async () => {
    const error = await embedWhenFree(embedder, Buffer.from('no image'), { wait }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('code', 'invalid_image');
    expect(error).to.have.property('message', 'image: expected an image, received something else');
    expect(waits).to.deep.equal([]);
  });

  it('gives up waiting when it is aborted', async () => {
    const stop = new AbortController();
    embedder.failures.push(new HandspringError('overloaded', 'full', { retryAfterSeconds: 3600 }));
    const waiting = embedWhenFree(embedder, image, { signal: stop.signal });
    stop.abort();
    expect(await waiting.catch((thrown: unknown) => thrown)).to.have.property('name', 'AbortError');
  });
});
