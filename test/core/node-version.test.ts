import { expect } from 'chai';
import { tooOld } from '../../src/core/node-version.js';
import { NODE_RANGE } from '../../src/core/version.js';

describe('the least version of Node', () => {
  it('is told to whoever has an older one, in one line', () => {
    expect(tooOld('20.9.0', '>=20.10')).to.equal('handspring needs Node 20.10 or newer, this is 20.9.0');
    for (const version of ['18.20.0', '9.11.2', '20.0.0'])
      expect(tooOld(version, '>=20.10')).to.be.a('string');
  });

  it('is new enough, and so is what came after it', () => {
    for (const version of ['20.10.0', '20.20.2', '21.0.0', '22.3.0', '100.0.0'])
      expect(tooOld(version, '>=20.10')).to.equal(undefined);
  });

  it('is what package.json promises', () => {
    expect(NODE_RANGE).to.match(/^>=\d+\.\d+$/);
    expect(tooOld(process.versions.node)).to.equal(undefined);
  });
});
