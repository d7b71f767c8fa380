import { expect } from 'chai';
import type { Found } from '../../src/page/find.js';
import { BLOCK } from '../../src/page/layout.js';
import { Listing } from '../../src/page/listing.js';
import type { Stretch } from '../../src/photos/index/store.js';

const TOTAL = 1000;
/** The photo `i` scores 1 − i / 1000. */
const photos = Array.from({ length: TOTAL }, (_, i) => ({
  id: `p${i}`,
  name: `${i}.jpg`,
  properties: {},
  score: 1 - i / TOTAL,
}));

function answer({ limit, offset = 0, at }: Stretch): Found {
  const place = photos.findIndex(({ id }) => id === at);
  const start = place === -1 ? offset : place - (place % limit);
  return { photos: photos.slice(start, start + limit), offset: start, total: TOTAL };
}

describe('Listing', () => {
  it('asks for each block once, also while its answer is awaited, and knows its photos then', async () => {
    const asked: Stretch[] = [];
    const listing = new Listing((stretch) => {
      asked.push(stretch);
      return Promise.resolve(answer(stretch));
    });
    await Promise.all([listing.load(4), listing.load(4), listing.load(0)]);
    await listing.load(4);
    expect(asked).to.deep.equal([
      { limit: BLOCK, offset: 4 * BLOCK },
      { limit: BLOCK, offset: 0 },
    ]);
    expect(listing.total).to.equal(TOTAL);
    expect(listing.at(437)?.id).to.equal('p437');
    expect(listing.at(500)).to.equal(undefined);
    expect(listing.indexOf('p437')).to.equal(437);
  });

  it('finds the block of a photo', async () => {
    const listing = new Listing((stretch) => Promise.resolve(answer(stretch)));
    await listing.load({ photo: 'p437' });
    expect(listing.indexOf('p437')).to.equal(437);
    expect(listing.blocks).to.deep.equal([4]);
    await listing.load({ photo: 'gone' });
    expect(listing.indexOf('gone')).to.equal(undefined);
  });

  it('asks again after an answer that failed', async () => {
    let failing = true;
    const listing = new Listing((stretch) =>
      failing ? Promise.reject(new Error('gone')) : Promise.resolve(answer(stretch)),
    );
    expect(await listing.load(0).catch((error: unknown) => error)).to.be.instanceOf(Error);
    failing = false;
    await listing.load(0);
    expect(listing.at(0)?.id).to.equal('p0');
  });

  it('takes nothing in once it is stopped', async () => {
    let signal: AbortSignal | undefined;
    const listing = new Listing((stretch, given) => {
      signal = given;
      return Promise.resolve(answer(stretch));
    });
    const loading = listing.load(0);
    listing.stop();
    await loading;
    expect(signal?.aborted).to.equal(true);
    expect(listing.first).to.equal(undefined);
  });

  it('knows how many photos fit once the place where they end is known', async () => {
    const listing = new Listing((stretch) => Promise.resolve(answer(stretch)));
    await listing.load(5);
    expect(listing.countFitting(0.695)).to.equal(undefined);
    await listing.load(0);
    expect(listing.countFitting(0.695)).to.equal(undefined);
    await listing.load(3);
    expect(listing.countFitting(0.695)).to.equal(306);
    expect(listing.countFitting(2)).to.equal(0);
    // Between two blocks: the end of one and the start of the next are known.
    await listing.load(4);
    expect(listing.countFitting(photos[399]?.score ?? 0)).to.equal(400);
  });
});
