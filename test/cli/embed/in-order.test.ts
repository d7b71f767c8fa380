import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { inOrder } from '../../../src/cli/embed/in-order.js';
import { deferred } from '../../support/deferred.js';

const request = (n: number, bytes = 1) => ({ n, bytes });
const room = (requests: number, bytes = Infinity) => ({ requests, bytes });

/** Each in a turn of its own. */
async function* numbers(count: number) {
  for (let n = 0; n < count; n++) yield await Promise.resolve(request(n));
}

async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

describe('inOrder', () => {
  it('gives what comes of each request in their order, whatever is done first', async () => {
    const results = inOrder(numbers(20), room(8), async ({ n }) => {
      await sleep((20 - n) % 5);
      return 10 * n;
    });
    expect(await collect(results)).to.deep.equal(Array.from({ length: 20 }, (_, n) => 10 * n));
  });

  it('gives an answer before the next request has come: the other side may wait for it', async () => {
    const next = deferred<void>();
    async function* dialogue() {
      yield request(1);
      await next.promise;
      yield request(2);
    }
    const results = inOrder(dialogue(), room(8), ({ n }) => Promise.resolve(n));
    expect(await results.next()).to.deep.equal({ done: false, value: 1 });
    next.resolve();
    expect(await results.next()).to.deep.equal({ done: false, value: 2 });
    expect((await results.next()).done).to.equal(true);
  });

  it('takes no more requests than may be under way, however slowly answers are taken', async () => {
    let taken = 0;
    async function* endless() {
      for (;;) yield await Promise.resolve(request(taken++));
    }
    const results = inOrder(endless(), room(4), ({ n }) => Promise.resolve(n));
    await results.next();
    await sleep(20);
    expect(taken).to.be.at.most(6);
    await results.return(undefined);
  });

  it('has no more bytes under way than there is room for, but for one that is larger by itself', async () => {
    async function* files() {
      for (const bytes of [40, 40, 40, 500, 1]) yield await Promise.resolve(request(bytes, bytes));
    }
    const [mosts, held] = [[] as number[], new Set<number>()];
    const results = inOrder(files(), room(8, 100), async ({ bytes }) => {
      const key = held.size + bytes * 1000 + mosts.length;
      held.add(key);
      mosts.push([...held].reduce((sum, one) => sum + Math.floor(one / 1000), 0));
      await sleep(5);
      held.delete(key);
      return bytes;
    });
    expect(await collect(results)).to.deep.equal([40, 40, 40, 500, 1]);
    expect(mosts).to.deep.equal([40, 80, 80, 500, 1]);
  });

  it('throws what the requests end with, after what came before is given', async () => {
    async function* broken() {
      yield await Promise.resolve(request(1));
      throw new Error('the folder is gone');
    }
    const results = inOrder(broken(), room(4), ({ n }) => Promise.resolve(n));
    expect((await results.next()).value).to.equal(1);
    const error = await results.next().then(
      () => undefined,
      (caught: Error) => caught.message,
    );
    expect(error).to.equal('the folder is gone');
  });
});
