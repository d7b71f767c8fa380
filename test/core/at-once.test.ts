import { expect } from 'chai';
import { forEachAtOnce } from '../../src/core/at-once.js';

describe('forEachAtOnce', () => {
  it('works on every item with at most the given number under way', async () => {
    let running = 0;
    let most = 0;
    const seen: number[] = [];
    await forEachAtOnce([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      seen.push(item);
      running--;
    });
    expect(most).to.equal(3);
    expect(seen).to.have.members([1, 2, 3, 4, 5, 6, 7]);
  });

  it('throws the first error and takes no more items', async () => {
    const taken: number[] = [];
    const work = async (item: number): Promise<void> => {
      taken.push(item);
      await new Promise(setImmediate);
      if (item === 1) throw new Error('first');
    };
    const error = await forEachAtOnce([1, 2, 3, 4, 5, 6], 2, work).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message', 'first');
    await new Promise(setImmediate);
    expect(taken).to.deep.equal([1, 2]);
  });
});
