import { expect } from 'chai';
import { measureRatesInTurns } from '../../bench/measure/rate.js';

describe('rates that are measured in turns', () => {
  it('have the order reversed each turn, and the first time of each stretch does not count', async () => {
    let order = '';
    const rates = await measureRatesInTurns([() => (order += 'a'), () => (order += 'b')], 0);
    expect(order).to.equal('aabbbbaa'.repeat(4));
    expect(rates).to.have.length(2);
  });
});
