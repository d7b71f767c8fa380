import { expect } from 'chai';
import { loadConfig } from '../../../src/cli/options/config.js';
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

describe('the largest body, unless told otherwise', () => {
  it('has room for the largest image', () => {
    const { maxBodyBytes, maxImageBytes } = loadConfig('serve', { flags: {}, env: {} });
    const body = JSON.stringify({ images: [''], texts: ['a cat'] }).length + Math.ceil(maxImageBytes / 3) * 4;
    expect(maxBodyBytes).to.be.at.least(body);
  });
});
