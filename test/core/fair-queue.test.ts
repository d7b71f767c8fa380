import { expect } from 'chai';
import { FairQueue } from '../../src/core/fair-queue.js';

const BULK = { urgent: false };
const QUERY = { urgent: true };

describe('fair queue', () => {
  const drain = (queue: FairQueue<string>) => {
    const order: string[] = [];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) order.push(next);
    return order;
  };

  it('gives urgent entries first, otherwise in order', () => {
    const queue = new FairQueue<string>(10);
    for (const entry of ['a', 'b']) queue.add(entry, BULK);
    for (const entry of ['q', 'r']) queue.add(entry, QUERY);
    expect([queue.size, queue.peek()]).to.deep.equal([4, 'q']);
    expect(drain(queue)).to.deep.equal(['q', 'r', 'a', 'b']);
  });

  it('lets bulk be passed so many times in a row, and no more', () => {
    const queue = new FairQueue<string>(2);
    for (const entry of ['a', 'b']) queue.add(entry, BULK);
    for (let at = 0; at < 5; at++) queue.add(`q${at}`, QUERY);
    expect(drain(queue)).to.deep.equal(['q0', 'q1', 'a', 'q2', 'q3', 'b', 'q4']);
  });

  it('does not count a look, nor urgent turns while no bulk waits', () => {
    const queue = new FairQueue<string>(1);
    for (const entry of ['q', 'r']) queue.add(entry, QUERY);
    expect([queue.peek(), queue.peek(), queue.shift()]).to.deep.equal(['q', 'q', 'q']);
    queue.add('a', BULK);
    expect(drain(queue)).to.deep.equal(['r', 'a']);
  });

  it('takes entries of one priority that fit, oldest first, up to a limit', () => {
    const queue = new FairQueue<string>(4);
    for (const entry of ['a1', 'b1', 'a2', 'a3']) queue.add(entry, BULK);
    expect(queue.take('bulk', 2, (entry) => entry.startsWith('a'))).to.deep.equal(['a1', 'a2']);
    expect(drain(queue)).to.deep.equal(['b1', 'a3']);
  });

  it('takes out what nobody waits for any more', () => {
    const queue = new FairQueue<string>(4);
    for (const entry of ['a', 'b']) queue.add(entry, BULK);
    queue.remove('a');
    queue.remove('never there');
    expect(drain(queue)).to.deep.equal(['b']);
  });

  describe('between callers', () => {
    const of = (id: string, weight?: number, cost?: number) => ({
      urgent: false,
      caller: { id, ...(weight !== undefined && { weight }) },
      ...(cost !== undefined && { cost }),
    });

    it('takes turns, whoever came first and with how much', () => {
      const queue = new FairQueue<string>(4);
      for (const entry of ['a1', 'a2', 'a3', 'a4']) queue.add(entry, of('a'));
      for (const entry of ['b1', 'b2']) queue.add(entry, of('b'));
      expect(drain(queue)).to.deep.equal(['a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
    });

    it('gives one that weighs twice as much two turns for each of the other', () => {
      const queue = new FairQueue<string>(4);
      for (const at of [1, 2, 3]) queue.add(`a${at}`, of('a'));
      for (const at of [1, 2, 3, 4, 5, 6]) queue.add(`b${at}`, of('b', 2));
      const served = drain(queue).slice(0, 6);
      expect(served.filter((entry) => entry.startsWith('b'))).to.have.lengthOf(4);
    });

    it('counts what entries cost, and not how many there are', () => {
      const queue = new FairQueue<string>(4);
      for (const entry of ['a1', 'a2']) queue.add(entry, of('a', 1, 4));
      for (const at of [1, 2, 3, 4, 5]) queue.add(`b${at}`, of('b', 1, 1));
      expect(drain(queue)).to.deep.equal(['a1', 'b1', 'b2', 'b3', 'b4', 'a2', 'b5']);
    });

    it('holds nothing against one that withdraws, and saves nothing up for one that was away', () => {
      const queue = new FairQueue<string>(4);
      for (const at of [1, 2, 3]) queue.add(`a${at}`, of('a'));
      for (const at of [1, 2, 3]) queue.add(`b${at}`, of('b'));
      for (const at of [3, 2, 1]) queue.remove(`a${at}`);
      expect([queue.shift(), queue.shift()]).to.deep.equal(['b1', 'b2']);
      for (const at of [4, 5]) queue.add(`a${at}`, of('a'));
      for (const at of [4, 5]) queue.add(`b${at}`, of('b'));
      expect(drain(queue)).to.deep.equal(['a4', 'b3', 'a5', 'b4', 'b5']);
    });

    it('lets those that wait have their turn though others come for the first time without end', () => {
      const queue = new FairQueue<string>(4);
      for (let at = 0; at < 5; at++) queue.add('heavy', of('heavy'));
      let turns = 0;
      for (let left = 5; left > 0; turns++) {
        queue.add('new', of(`new ${turns}`));
        if (queue.shift() === 'heavy') left--;
        expect(turns).to.be.below(10_000);
      }
    });
  });
});
