import { expect } from 'chai';
import type { WeaviateClient } from 'weaviate-client';
import { WeaviateTarget } from '../../../src/photos/import/weaviate-target.js';
import type { FoundCollection } from '../../../src/photos/weaviate/photo-collection.js';

const PHOTO_BYTES = 2 ** 22;
const PHOTOS = 300;
const MODIFIED = new Date('2024-05-06T07:08:09Z');

interface Asked {
  readonly limit: number;
  readonly after?: string;
  readonly returnProperties: readonly string[];
}

/** A target over a collection of photos of 4 MiB, whose ids are their places; `asked` fills with its queries. */
function openTarget(asked: Asked[]): WeaviateTarget {
  const fetchObjects = (options: Asked) => {
    asked.push(options);
    const first = options.after === undefined ? 0 : Number(options.after) + 1;
    const length = Math.max(0, Math.min(options.limit, PHOTOS - first));
    const objects = Array.from({ length }, (_, i) => ({
      uuid: String(first + i),
      properties: { path: `${first + i}.jpg`, bytes: PHOTO_BYTES, modifiedAt: MODIFIED },
    }));
    return Promise.resolve({ objects });
  };
  const collection = { query: { fetchObjects } } as unknown as FoundCollection['collection'];
  return new WeaviateTarget({} as WeaviateClient, { collection, vectorName: 'image', kinds: [] });
}

describe('WeaviateTarget', () => {
  it('reads what is stored in pages whose photos Weaviate has room for, and of them what tells of their files', async () => {
    const asked: Asked[] = [];
    const stored = [];
    for await (const page of openTarget(asked).pages((query) => query())) stored.push(...page);
    expect(stored.map(({ path }) => path)).to.deep.equal(
      Array.from({ length: PHOTOS }, (_, i) => `${i}.jpg`),
    );
    expect(stored[7]).to.include({ id: '7', bytes: PHOTO_BYTES, modifiedMs: MODIFIED.getTime() });
    for (const { limit } of asked.slice(1)) expect(limit * PHOTO_BYTES).to.be.at.most(64 * 2 ** 20);
    for (const { returnProperties } of asked) {
      expect(returnProperties).to.deep.equal(['path', 'bytes', 'modifiedAt']);
    }
  });

  it('makes each query for a page by way of the caller, who may make it again', async () => {
    const asked: Asked[] = [];
    const count = { queries: 0 };
    const twice = async <T>(query: () => Promise<T>): Promise<T> => {
      count.queries++;
      await query();
      return query();
    };
    const ids: string[] = [];
    for await (const page of openTarget(asked).pages(twice)) ids.push(...page.map(({ id }) => id));
    expect(ids).to.have.length(PHOTOS);
    expect(asked).to.have.length(2 * count.queries);
    expect(asked.every((query, i) => i % 2 === 0 || query.after === asked[i - 1]?.after)).to.equal(true);
  });
});
