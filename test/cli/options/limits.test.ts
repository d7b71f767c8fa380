import { expect } from 'chai';
import { connectionsThatFit } from '../../../src/cli/options/limits.js';

describe('the connections for which there are descriptors', () => {
  for (const [descriptors, connections] of [
    [Infinity, Infinity],
    [1_048_576, 1_048_128],
    [1024, 576],
    [64, 1],
  ] as const) {
    it(`are ${connections} of ${descriptors}`, () => {
      expect(connectionsThatFit(descriptors)).to.equal(connections);
    });
  }
});
