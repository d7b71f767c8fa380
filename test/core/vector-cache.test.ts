import { expect } from 'chai';
import { VectorCache } from '../../src/core/vector-cache.js';
import type { Embedding } from '../../src/core/tower.js';
import { deferred } from '../support/deferred.js';

/** Of a caller who never leaves. */
const NEVER = new AbortController().signal;

/** One number is 4 bytes, beside 200 for the entry. */
const ENTRY_BYTES = 204;
const vector = (value: number): Embedding => ({
  vector: Float32Array.of(value),
  truncated: false,
  tokens: 3,
});

function create(entries: number) {
  const counts = { hits: 0, misses: 0, bytes: 0 };
  const cache = new VectorCache(entries * ENTRY_BYTES, {
    onHit: () => counts.hits++,
    onMiss: () => counts.misses++,
    onBytes: (bytes) => (counts.bytes = bytes),
  });
  const get = async (text: string, value: number) =>
    (await cache.get('text', text, NEVER, () => Promise.resolve(vector(value)))).vector[0];
  return { cache, counts, get };
}

describe('vector cache', () => {
  it('computes once, and again only for other content', async () => {
    const { get, counts } = create(10);
    expect([await get('a', 1), await get('a', 2), await get('b', 3)]).to.deep.equal([1, 1, 3]);
    expect(counts).to.deep.equal({ hits: 1, misses: 2, bytes: 2 * ENTRY_BYTES });
  });

  it('keeps prepared numbers apart from a file of the same bytes, and from those of another shape', async () => {
    const { cache } = create(10);
    const values = Float32Array.of(1, 2);
    const contents = [new Uint8Array(values.buffer), { values, shape: [2] }, { values, shape: [1, 2] }];
    const answers: (number | undefined)[] = [];
    for (const [at, content] of [...contents, ...contents].entries())
      answers.push((await cache.get('image', content, NEVER, () => Promise.resolve(vector(at)))).vector[0]);
    expect(answers).to.deep.equal([0, 1, 2, 0, 1, 2]);
  });

  it('keeps a text apart from an image of the same bytes', async () => {
    const { cache, get } = create(10);
    await get('a', 1);
    const image = await cache.get('image', Buffer.from('a'), NEVER, () => Promise.resolve(vector(2)));
    expect(image.vector[0]).to.equal(2);
  });

  it('stays within its bytes, and drops what was used longest ago', async () => {
    const { get, counts } = create(2);
    await get('a', 1);
    await get('b', 2);
    await get('a', 0);
    await get('c', 3);
    expect(counts.bytes).to.equal(2 * ENTRY_BYTES);
    expect(await get('a', 9)).to.equal(1);
    expect(await get('b', 9)).to.equal(9);
  });

  it('keeps nothing that is larger than all of it', async () => {
    const { get, counts } = create(0.5);
    await get('a', 1);
    expect(await get('a', 2)).to.equal(2);
    expect(counts.bytes).to.equal(0);
  });

  it('computes once what is asked for at the same time', async () => {
    const { cache, counts } = create(10);
    const gate = deferred<Embedding>();
    let computations = 0;
    const compute = () => {
      computations++;
      return gate.promise;
    };
    const all = [1, 2, 3].map(() => cache.get('text', 'a', NEVER, compute));
    gate.resolve(vector(7));
    expect((await Promise.all(all)).map(({ vector: [x] }) => x)).to.deep.equal([7, 7, 7]);
    expect([computations, counts.hits, counts.misses]).to.deep.equal([1, 2, 1]);
  });

  it('does not keep a failure: all who waited fail, the next one computes again', async () => {
    const { cache, get } = create(10);
    const gate = deferred<Embedding>();
    const both = [1, 2].map(() =>
      cache.get('text', 'a', NEVER, () => gate.promise).catch((error: Error) => error.message),
    );
    gate.reject(new Error('no'));
    expect(await Promise.all(both)).to.deep.equal(['no', 'no']);
    expect(await get('a', 5)).to.equal(5);
  });
});
