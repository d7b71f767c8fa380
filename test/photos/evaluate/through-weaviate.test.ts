import path from 'node:path';
import { expect } from 'chai';
import { evaluateThroughWeaviate } from '../../../src/photos/evaluate/through-weaviate.js';
import type { SearchedCollection } from '../../../src/photos/evaluate/through-weaviate.js';
import { hashContent } from '../../../src/photos/identity.js';
import { makeFolder } from '../../support/folder.js';

const FILES = { 'a.jpg': 'a', 'b.jpg': 'b' };

/** Answers each caption with the photos whose contents it lists, in that order. */
function collectionOf(count: number): { collection: SearchedCollection; asked: object[] } {
  const asked: object[] = [];
  const nearText = (caption: string, options: object) => {
    asked.push(options);
    const objects = [...caption].map((content) => ({
      properties: { contentHash: hashContent(Buffer.from(content)) },
    }));
    return Promise.resolve({ objects });
  };
  const overAll = () => Promise.resolve({ totalCount: count });
  return { collection: { query: { nearText }, aggregate: { overAll } } as never, asked };
}

describe('recall through Weaviate', () => {
  it('counts where each caption’s photo comes, known by its content; not found counts as no hit', async () => {
    const { folder, remove } = await makeFolder(FILES);
    const photos = [
      { file: path.join(folder, 'a.jpg'), captions: ['ab', 'xxxxab'] },
      { file: path.join(folder, 'b.jpg'), captions: ['ab', 'a'] },
    ];
    const { collection, asked } = collectionOf(2);
    const progress = { add: () => undefined, stop: () => undefined };
    const recall = await evaluateThroughWeaviate({ collection, vectorName: 'v' }, photos, progress);
    expect(recall).to.deep.equal({ r1: 0.25, r5: 0.75, r10: 0.75 });
    expect(asked[0]).to.include({ limit: 10, targetVector: 'v' });
    await remove();
  });

  it('is refused for a collection with other photos', async () => {
    const { collection } = collectionOf(3);
    const progress = { add: () => undefined, stop: () => undefined };
    const error = await evaluateThroughWeaviate({ collection, vectorName: 'v' }, [], progress).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.property('message').that.includes('expected the 0 photos of the dataset');
  });
});
