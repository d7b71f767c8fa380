import { expect } from 'chai';
import { PixelBudget } from '../../src/embedding/pixel-budget.js';
import { deferred } from '../support/deferred.js';

describe('pixel budget', () => {
  it('runs what fits at once and the rest in order as pixels come back', async () => {
    const budget = new PixelBudget(100);
    const started: string[] = [];
    const gates = new Map(['a', 'b', 'c'].map((name) => [name, deferred<void>()]));
    const run = (name: string, pixels: number) =>
      budget.run(pixels, () => {
        started.push(name);
        return gates.get(name)?.promise ?? Promise.resolve();
      });
    const jobs = [run('a', 80), run('b', 30), run('c', 10)];
    // c would fit beside a, but b came first
    expect(started).to.deep.equal(['a']);
    gates.get('a')?.resolve();
    await jobs[0];
    await Promise.resolve();
    expect(started).to.deep.equal(['a', 'b', 'c']);
    expect(budget.inUse).to.equal(40);
    gates.get('b')?.resolve();
    gates.get('c')?.resolve();
    await Promise.all(jobs);
    expect(budget.inUse).to.equal(0);
  });

  it('runs an image larger than the budget alone', async () => {
    const budget = new PixelBudget(10);
    expect(await budget.run(1000, () => Promise.resolve('done'))).to.equal('done');
    expect(budget.inUse).to.equal(0);
  });

  it('gives pixels back when the work fails', async () => {
    const budget = new PixelBudget(10);
    const error = await budget.run(5, () => Promise.reject(new Error('bad image'))).catch((e: Error) => e);
    expect(error).to.have.property('message', 'bad image');
    expect(budget.inUse).to.equal(0);
  });
});
