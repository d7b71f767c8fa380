import { expect } from 'chai';
import { walkCollection } from '../../../src/photos/weaviate/collection-walk.js';
import type { PhotoCollection } from '../../../src/photos/weaviate/photo-collection.js';

interface Asked {
  readonly limit: number;
  readonly after?: string;
  readonly returnProperties: readonly string[];
}

/** A collection of so many objects, each of so many bytes, whose ids are their places. */
function collectionOf(count: number, bytes: number | undefined) {
  const asked: Asked[] = [];
  const fetchObjects = (options: Asked) => {
    asked.push(options);
    const first = options.after === undefined ? 0 : Number(options.after) + 1;
    const length = Math.max(0, Math.min(options.limit, count - first));
    const objects = Array.from({ length }, (_, i) => ({ uuid: String(first + i), properties: { bytes } }));
    return Promise.resolve({ objects });
  };
  return { asked, collection: { query: { fetchObjects } } as unknown as PhotoCollection };
}

async function walk(collection: PhotoCollection): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of walkCollection(collection, ['path', 'bytes'])) {
    ids.push(...page.map(({ uuid }) => uuid));
  }
  return ids;
}

describe('a walk through a collection', () => {
  for (const count of [0, 1, 50, 51, 2_345]) {
    it(`meets each of ${count} objects once, in the order of their ids, and asks for no image`, async () => {
      const { collection, asked } = collectionOf(count, 1_000);
      expect(await walk(collection)).to.deep.equal(Array.from({ length: count }, (_, i) => String(i)));
      for (const { returnProperties } of asked) expect(returnProperties).to.deep.equal(['path', 'bytes']);
    });
  }

  it('asks for as many objects at once as their images leave room for in 64 MiB', async () => {
    const limits = async (bytes: number | undefined) => {
      const { collection, asked } = collectionOf(3_000, bytes);
      await walk(collection);
      return new Set(asked.slice(1).map(({ limit }) => limit));
    };
    expect([...(await limits(1_000))]).to.deep.equal([1_000]);
    expect([...(await limits(2 ** 20))]).to.deep.equal([64]);
    expect([...(await limits(40 * 2 ** 20))]).to.deep.equal([10]);
    expect([...(await limits(undefined))], 'where sizes are not known').to.deep.equal([50]);
  });
});
