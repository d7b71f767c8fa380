import { expect } from 'chai';
import { Budget } from '../../src/core/budget.js';
import { deferred, settled } from '../support/deferred.js';

describe('budget', () => {
  it('runs what fits at once and the rest in order as pixels come back', async () => {
    const budget = new Budget({ capacity: 100 });
    const started: string[] = [];
    const gates = new Map(['a', 'b', 'c'].map((name) => [name, deferred<void>()]));
    const run = (name: string, pixels: number) =>
      budget.run(pixels, () => {
        started.push(name);
        return gates.get(name)?.promise ?? Promise.resolve();
      });
    const jobs = [run('a', 80), run('b', 30), run('c', 10)];
    await settled();
    // c would fit beside a, but b came first
    expect(started).to.deep.equal(['a']);
    gates.get('a')?.resolve();
    await jobs[0];
    await settled();
    expect(started).to.deep.equal(['a', 'b', 'c']);
    expect(budget.inUse).to.equal(40);
    gates.get('b')?.resolve();
    gates.get('c')?.resolve();
    await Promise.all(jobs);
    expect(budget.inUse).to.equal(0);
  });

  it('starts no more images at once than there are slots, a query before the bulk that waits', async () => {
    const budget = new Budget({ capacity: 1000, slots: 1 });
    const started: string[] = [];
    const run = (name: string, urgent: boolean) =>
      budget.run(1, () => Promise.resolve(void started.push(name)), { urgent });
    await Promise.all([run('first', false), run('bulk', false), run('query', true)]);
    expect(started).to.deep.equal(['first', 'query', 'bulk']);
  });

  it('lets the bulk in after some queries, so that it never starves', async () => {
    const budget = new Budget({ capacity: 1000, slots: 1 });
    const started: string[] = [];
    const run = (name: string, urgent: boolean) =>
      budget.run(1, () => Promise.resolve(void started.push(name)), { urgent });
    const queries = Array.from({ length: 20 }, () => run('query', true));
    await Promise.all([run('bulk', false), ...queries]);
    expect(started.indexOf('bulk')).to.equal(9);
  });

  it('runs an image larger than the budget alone', async () => {
    const budget = new Budget({ capacity: 10 });
    expect(await budget.run(1000, () => Promise.resolve('done'))).to.equal('done');
    expect(budget.inUse).to.equal(0);
  });

  it('gives pixels back when the work fails, and tells of each change', async () => {
    const held: number[] = [];
    const budget = new Budget({ capacity: 10, slots: 1, onChange: (pixels) => held.push(pixels) });
    const error = await budget.run(5, () => Promise.reject(new Error('bad image'))).catch((e: Error) => e);
    expect(error).to.have.property('message', 'bad image');
    expect(budget.inUse).to.equal(0);
    expect(held).to.deep.equal([5, 0]);
  });

  it('gives up the place of what nobody waits for any more, at once, and what stood behind it goes on', async () => {
    const budget = new Budget({ capacity: 10 });
    const release = await budget.acquire(8);
    const gone = new AbortController();
    const waiting = budget.acquire(9, { signal: gone.signal }).catch((error: Error) => error.message);
    const behind = budget.acquire(2);
    gone.abort(new Error('gone'));
    expect(await waiting).to.equal('gone');
    const releaseSecond = await behind;
    expect(budget.inUse).to.equal(10);
    release();
    release();
    releaseSecond();
    expect(budget.inUse).to.equal(0);
    const refused = await budget.acquire(1, { signal: gone.signal }).catch((error: Error) => error.message);
    expect([refused, budget.inUse]).to.deep.equal(['gone', 0]);
  });
});
