import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { inOrder } from '../../../src/cli/embed/in-order.js';
import { deferred } from '../../support/deferred.js';

/** Each in a turn of its own. */
async function* numbers(count: number) {
  for (let n = 0; n < count; n++) yield await Promise.resolve(n);
}

async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

describe('inOrder', () => {
  it('gives what comes of each request in their order, whatever is done first', async () => {
    const results = inOrder(numbers(20), 8, async (n) => {
      await sleep((20 - n) % 5);
      return 10 * n;
    });
    expect(await collect(results)).to.deep.equal(Array.from({ length: 20 }, (_, n) => 10 * n));
  });

  it('gives an answer before the next request has come: the other side may wait for it', async () => {
    const next = deferred<void>();
    async function* dialogue() {
      yield 'first';
      await next.promise;
      yield 'second';
    }
    const results = inOrder(dialogue(), 8, (request) => Promise.resolve(request));
    expect(await results.next()).to.deep.equal({ done: false, value: 'first' });
    next.resolve();
    expect(await results.next()).to.deep.equal({ done: false, value: 'second' });
    expect((await results.next()).done).to.equal(true);
  });

  it('takes no more requests than may be under way, however slowly answers are taken', async () => {
    let taken = 0;
    async function* endless() {
      for (;;) yield await Promise.resolve(taken++);
    }
    const results = inOrder(endless(), 4, (n) => Promise.resolve(n));
    await results.next();
    await sleep(20);
    expect(taken).to.be.at.most(6);
    await results.return(undefined);
  });

  it('throws what the requests end with, after what came before is given', async () => {
    async function* broken() {
      yield await Promise.resolve(1);
      throw new Error('the folder is gone');
    }
    const results = inOrder(broken(), 4, (n) => Promise.resolve(n));
    expect((await results.next()).value).to.equal(1);
    const error = await results.next().then(
      () => undefined,
      (caught: Error) => caught.message,
    );
    expect(error).to.equal('the folder is gone');
  });
});
