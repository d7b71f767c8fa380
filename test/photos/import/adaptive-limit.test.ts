import { expect } from 'chai';
import { AdaptiveLimit } from '../../../src/photos/import/adaptive-limit.js';
import { settled } from '../../support/deferred.js';

describe('the limit on batches under way', () => {
  it('lets in as many as allowed; the next one waits for a place', async () => {
    const limit = new AdaptiveLimit(2);
    await limit.acquire();
    await limit.acquire();
    let entered = false;
    const third = limit.acquire().then(() => (entered = true));
    await settled();
    expect(entered).to.equal(false);
    limit.release();
    await third;
  });

  it('halves at a refusal, never below one', () => {
    const limit = new AdaptiveLimit(9);
    const seen = [];
    for (let ticket = 0, i = 0; i < 5; i++) {
      ticket = limit.refused(ticket);
      seen.push(limit.current);
    }
    expect(seen).to.deep.equal([4, 2, 1, 1, 1]);
  });

  it('halves once for all batches that were under way together', async () => {
    const limit = new AdaptiveLimit(8);
    const tickets = [await limit.acquire(), await limit.acquire(), await limit.acquire()];
    for (const ticket of tickets) limit.refused(ticket);
    expect(limit.current).to.equal(4);
  });

  it('holds back those who were let in before the cut until enough have left', async () => {
    const limit = new AdaptiveLimit(4);
    const tickets = await Promise.all([1, 2, 3, 4].map(() => limit.acquire()));
    limit.refused(tickets[0] ?? 0);
    let entered = 0;
    for (let i = 0; i < 4; i++) void limit.acquire().then(() => entered++);
    limit.release();
    limit.release();
    await settled();
    expect(entered).to.equal(0);
    limit.release();
    limit.release();
    await settled();
    expect(entered).to.equal(2);
  });

  it('allows one more after each round that went well, up to its start', () => {
    const limit = new AdaptiveLimit(4);
    limit.refused(limit.refused(0));
    const seen = Array.from({ length: 12 }, () => {
      limit.succeededOnce();
      return limit.current;
    });
    expect(seen).to.deep.equal([2, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4]);
  });
});
