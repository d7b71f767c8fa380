import { expect } from 'chai';
import { FairQueue } from '../../src/core/fair-queue.js';

describe('fair queue', () => {
  const drain = (queue: FairQueue<string>) => {
    const order: string[] = [];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) order.push(next);
    return order;
  };

  it('gives urgent entries first, otherwise in order', () => {
    const queue = new FairQueue<string>(10);
    for (const entry of ['a', 'b']) queue.add(entry, false);
    for (const entry of ['q', 'r']) queue.add(entry, true);
    expect([queue.size, queue.peek()]).to.deep.equal([4, 'q']);
    expect(drain(queue)).to.deep.equal(['q', 'r', 'a', 'b']);
  });

  it('lets bulk be passed so many times in a row, and no more', () => {
    const queue = new FairQueue<string>(2);
    for (const entry of ['a', 'b']) queue.add(entry, false);
    for (let at = 0; at < 5; at++) queue.add(`q${at}`, true);
    expect(drain(queue)).to.deep.equal(['q0', 'q1', 'a', 'q2', 'q3', 'b', 'q4']);
  });

  it('does not count a look, nor urgent turns while no bulk waits', () => {
    const queue = new FairQueue<string>(1);
    for (const entry of ['q', 'r']) queue.add(entry, true);
    expect([queue.peek(), queue.peek(), queue.shift()]).to.deep.equal(['q', 'q', 'q']);
    queue.add('a', false);
    expect(drain(queue)).to.deep.equal(['r', 'a']);
  });

  it('takes entries of one priority that fit, oldest first, up to a limit', () => {
    const queue = new FairQueue<string>(4);
    for (const entry of ['a1', 'b1', 'a2', 'a3']) queue.add(entry, false);
    expect(queue.take('bulk', 2, (entry) => entry.startsWith('a'))).to.deep.equal(['a1', 'a2']);
    expect(drain(queue)).to.deep.equal(['b1', 'a3']);
  });

  it('takes out what nobody waits for any more', () => {
    const queue = new FairQueue<string>(4);
    for (const entry of ['a', 'b']) queue.add(entry, false);
    queue.remove('a');
    queue.remove('never there');
    expect(drain(queue)).to.deep.equal(['b']);
  });
});
