import { expect } from 'chai';
import { hashContent, toPhotoId } from '../../src/photos/identity.js';

describe('the identity of a photo', () => {
  // The test vector "abc" of FIPS 180-2, appendix B.1.
  const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  it('is the SHA-256 of its bytes', () => {
    expect(hashContent(Buffer.from('abc'))).to.equal(ABC);
  });

  it('is half of that in an address', () => {
    expect(toPhotoId(ABC)).to.equal('ba7816bf8f01cfea414140de5dae2223');
  });
});
