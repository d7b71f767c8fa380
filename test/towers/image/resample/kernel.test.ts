import { expect } from 'chai';
import { kernelOf } from '../../../../src/towers/image/resample/kernel.js';

const MEGABYTE = 1024 * 1024;

describe('kernelOf', () => {
  it('has the memory asked for', () => {
    for (const byteLength of [1, 65_536, 65_537, 3 * MEGABYTE]) {
      expect(kernelOf(byteLength).bytes.length).to.be.at.least(byteLength);
    }
  });

  it('keeps what a common photo needs from call to call', () => {
    expect(kernelOf(MEGABYTE).memory).to.equal(kernelOf(2 * MEGABYTE).memory);
  });

  it('lets go of what a huge image needed', () => {
    expect(kernelOf(64 * MEGABYTE).bytes.length).to.be.at.least(64 * MEGABYTE);
    expect(kernelOf(MEGABYTE).bytes.length).to.be.below(32 * MEGABYTE);
  });
});
