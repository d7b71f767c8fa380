import { expect } from 'chai';
import { ownPixels } from '../../../src/towers/image/own-pixels.js';
import { CLIP } from './reference.js';

const SETTINGS = { ...CLIP, size: 2 };
const VALUES = Float32Array.from({ length: 24 }, (_, at) => at);

describe('pixels that were prepared elsewhere', () => {
  it('are a row of their own: encoders give buffers away', () => {
    const row = ownPixels({ values: VALUES.subarray(12), shape: [3, 2, 2] }, SETTINGS);
    expect(row).to.deep.equal(VALUES.slice(12));
    expect(row.buffer.byteLength).to.equal(12 * 4);
    expect(row.buffer).to.not.equal(VALUES.buffer);
  });

  it('have the shape that the model wants, with its frames if it has any', () => {
    const values = VALUES;
    expect(ownPixels({ values, shape: [3, 2, 2, 2] }, { ...SETTINGS, frames: 2 })).to.deep.equal(VALUES);
    expect(() => ownPixels({ values, shape: [3, 2, 4] }, SETTINGS)).to.throw(
      'expected pixels of the shape [3, 2, 2], received [3, 2, 4]',
    );
  });

  for (const strange of [NaN, Infinity, -Infinity]) {
    it(`are refused with ${strange} among them`, () => {
      const values = VALUES.slice(0, 12).fill(strange, 7, 8);
      expect(() => ownPixels({ values, shape: [3, 2, 2] }, SETTINGS)).to.throw(
        `expected finite numbers, received ${strange}`,
      );
    });
  }
});
