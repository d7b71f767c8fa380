import { expect } from 'chai';
import type { Item } from '../../../src/core/embedder.js';
import { HandspringError } from '../../../src/core/errors.js';
import { RETRY_POLICY } from '../../../src/core/retry.js';
import { embedWhenFree } from '../../../src/photos/index/embed-when-free.js';
import { ColourEmbedder } from './colour-embedder.js';
import { createPhoto } from './colour-photo.js';

describe('embedWhenFree', () => {
  const waits: number[] = [];
  const policy = {
    ...RETRY_POLICY,
    retries: Infinity,
    minDelayMs: 1,
    maxDelayMs: 2,
    maxRetryAfterMs: Infinity,
    wait: (ms: number) => Promise.resolve(waits.push(ms)),
  };
  let embedder: ColourEmbedder;
  let image: Item;

  before(async () => {
    image = { modality: 'image', content: await createPhoto('red') };
  });
  beforeEach(() => {
    embedder = new ColourEmbedder();
    waits.length = 0;
  });

  it('tries again while the engine is overloaded or not ready, however often', async () => {
    const busy = Array.from({ length: 20 }, (_, at) =>
      at % 2 === 0 ? new HandspringError('overloaded', 'full') : new HandspringError('not_ready', 'loading'),
    );
    embedder.failures.push(...busy);
    expect(await embedWhenFree(embedder, image, { policy })).to.have.length(3);
    expect(embedder.failures).to.be.empty;
  });

  it('waits as long as the engine asks for', async () => {
    embedder.failures.push(new HandspringError('overloaded', 'full', { retryAfterSeconds: 3000 }));
    await embedWhenFree(embedder, image, { policy });
    expect(waits).to.deep.equal([3_000_000]);
  });

  it('waits a moment and tries again where nothing is asked for', async () => {
    embedder.failures.push(new HandspringError('not_ready', 'loading'));
    const started = performance.now();
    await embedWhenFree(embedder, image);
    expect(performance.now() - started).to.be.within(240, 5000);
  });

  it('passes other errors on at once, about an image that is no part of a list', async () => {
    const error = await embedWhenFree(
      embedder,
      { modality: 'image', content: Buffer.from('no image') },
      { policy },
    ).catch((thrown: unknown) => thrown);
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
