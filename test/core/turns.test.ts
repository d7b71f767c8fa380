import { expect } from 'chai';
import { Turns } from '../../src/core/turns.js';

/** Keeps the thread busy. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('turns', () => {
  it('let others in between when the work of many takes long', async () => {
    const turns = new Turns();
    let between = 0;
    let counting = true;
    const count = () => {
      between++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    await Promise.all(Array.from({ length: 20 }, () => turns.run(() => busy(3))));
    counting = false;
    expect(between).to.be.at.least(9); // two pieces of work at most in one turn
  });

  it('let short work through at once, in order, and pass on what it throws', async () => {
    const turns = new Turns();
    const order: number[] = [];
    let turn = 0;
    setImmediate(() => turn++);
    await Promise.all([1, 2, 3].map((at) => turns.run(() => order.push(at))));
    expect([order, turn]).to.deep.equal([[1, 2, 3], 0]);
    const error = await turns
      .run(() => {
        throw new Error('no');
      })
      .catch((thrown: Error) => thrown.message);
    expect(error).to.equal('no');
  });
});
