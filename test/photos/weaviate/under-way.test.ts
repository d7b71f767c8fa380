import { expect } from 'chai';
import type { PhotoCollection } from '../../../src/photos/weaviate/photo-collection.js';
import { markDone, markUnderWay } from '../../../src/photos/weaviate/under-way.js';

const OWN = 'Photos of mine';

describe('the mark of an import in its collection', () => {
  let description: string | undefined;
  const collection = {
    config: {
      get: () => Promise.resolve({ description }),
      update: (change: { description: string }) => Promise.resolve(void ({ description } = change)),
    },
  } as unknown as PhotoCollection;

  beforeEach(() => (description = OWN));

  it('asks for a close look after an import that did not come to its end', async () => {
    expect(await markUnderWay(collection, '4')).to.equal(false);
    expect(await markUnderWay(collection, '4')).to.equal(true);
    await markDone(collection, '4');
    expect(await markUnderWay(collection, '4')).to.equal(false);
  });

  it('asks for a close look where Weaviate has started again since the last import', async () => {
    await markUnderWay(collection, '4');
    await markDone(collection, '4');
    expect(description).to.equal(`${OWN} (handspring import done in term 4)`);
    expect(await markUnderWay(collection, '5')).to.equal(true);
    await markDone(collection, '5');
    expect(description).to.equal(`${OWN} (handspring import done in term 5)`);
    expect(await markUnderWay(collection, undefined), 'which cannot be told any more').to.equal(true);
  });

  it('leaves the description as it was where the term cannot be read', async () => {
    await markUnderWay(collection, undefined);
    await markDone(collection, undefined);
    expect(description).to.equal(OWN);
    description = undefined;
    expect(await markUnderWay(collection, '1')).to.equal(false);
  });
});
