import { expect } from 'chai';
import { RateLimiterRes } from 'rate-limiter-flexible';
import type { ItemCounter } from '../../../src/serve/access/item-counter.js';
import { MemoryCounter } from '../../../src/serve/access/item-counter.js';
import { parseRate } from '../../../src/serve/access/rate.js';
import { ANSWER_MS, SharedCounter } from '../../../src/serve/access/shared-counter.js';

const RATE = parseRate('10/d');

/** A counter beside a store that does as it is told. */
function setUp(shared: ItemCounter) {
  const lost: string[] = [];
  let isUp = true;
  const store = { isUp: () => isUp, lose: ({ message }: Error) => void lost.push(message) };
  const counter = new SharedCounter(shared, new MemoryCounter('own', RATE), store);
  return { counter, lost, down: () => (isUp = false) };
}

const failing = (error: Error): ItemCounter => ({
  take: () => Promise.reject(error),
  giveBack: () => Promise.reject(error),
  left: () => Promise.reject(error),
});

describe('a counter that replicas share', () => {
  it('is asked while it answers, whose refusals are answers', async () => {
    const shared = new MemoryCounter('shared', RATE);
    const { counter, lost } = setUp(shared);
    await shared.take('a', 7); // another replica's
    const refused = await counter.take('a', 4).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(RateLimiterRes);
    expect((await counter.take('a', 3)).remainingPoints).to.equal(0);
    await counter.giveBack('a', 3);
    expect((await counter.left('a'))?.remainingPoints).to.equal(3);
    expect(lost).to.deep.equal([]);
  });

  it('gives way to one of the process where it answers with an error, which is told', async () => {
    const { counter, lost } = setUp(failing(new Error('READONLY')));
    expect((await counter.take('a', 7)).remainingPoints).to.equal(3);
    expect(await counter.take('a', 4).catch((error: unknown) => error)).to.be.instanceOf(RateLimiterRes);
    await counter.giveBack('a', 7);
    expect((await counter.left('a'))?.remainingPoints).to.equal(10);
    expect(lost).to.deep.equal(['READONLY', 'READONLY', 'READONLY', 'READONLY']);
  });

  it('is not waited for: what comes late is nobody’s', async () => {
    const never = new Promise<never>(() => undefined);
    const { counter, lost } = setUp({ take: () => never, giveBack: () => never, left: () => never });
    expect((await counter.take('a', 1)).remainingPoints).to.equal(9);
    expect(lost).to.deep.equal([`no answer within ${ANSWER_MS} ms`]);
  });

  it('is not asked while it is down', async () => {
    const { counter, lost, down } = setUp(failing(new Error('asked')));
    down();
    expect((await counter.take('a', 1)).remainingPoints).to.equal(9);
    expect(lost).to.deep.equal([]);
  });
});
