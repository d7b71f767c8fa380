import { expect } from 'chai';
import { loadConfig } from '../../src/cli/options/config.js';
import { imageLimits, maxPendingPixels } from '../../src/open/memory-limits.js';

const GIB = 2 ** 30;
const configOf = (flags: Record<string, string> = {}) => loadConfig('serve', { flags, env: {} });

describe('limits that follow from the memory', () => {
  it('let an image take a quarter of it, whatever its format', () => {
    const { maxPixels, maxDecodingBytes } = imageLimits(configOf(), GIB);
    expect([maxPixels, maxDecodingBytes]).to.deep.equal([178_956_970, GIB / 4]);
  });

  it('are those that are given, where they are', () => {
    const config = configOf({ maxImagePixels: '1000', maxPendingPixels: '2000', maxPendingBytes: '3000' });
    expect(imageLimits(config, GIB)).to.deep.equal({ maxBytes: config.maxImageBytes, maxPixels: 1000 });
    expect(maxPendingPixels(config, GIB)).to.equal(2000);
    expect(config.maxPendingBytes).to.equal(3000);
  });

  it('let images together take an eighth of it, 3.5 bytes for each pixel of a plain JPEG', () => {
    expect(maxPendingPixels(configOf(), 7 * 1024)).to.equal(256);
  });

  it('let bodies take a sixteenth of what this process may use, at most 512 MB', () => {
    const { maxPendingBytes } = configOf();
    expect(maxPendingBytes)
      .to.be.greaterThan(0)
      .and.at.most(512 * 2 ** 20);
    expect(configOf({ maxPendingBytes: 'auto' }).maxPendingBytes).to.equal(maxPendingBytes);
    expect(() => configOf({ maxPendingBytes: 'much' })).to.throw('auto or a size of at least 1024 bytes');
  });
});
