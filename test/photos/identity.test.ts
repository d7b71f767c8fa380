import { expect } from 'chai';
import { hashContent, toObjectId } from '../../src/photos/identity.js';

const HASH = 'ab'.repeat(32);

describe('the identity of a photo', () => {
  it('is what Python’s uuid5 makes of content hash and path', () => {
    // python3 -c "import uuid; print(uuid.uuid5(uuid.NAMESPACE_DNS, 'ab' * 32 + 'holiday/cat.jpg'))"
    expect(toObjectId(HASH, 'holiday/cat.jpg')).to.equal('a1e1465c-17f5-5839-b041-cc50ebdcc117');
  });

  it('is another one at another path and for other content', () => {
    const ids = [
      toObjectId(HASH, 'cat.jpg'),
      toObjectId(HASH, 'dog.jpg'),
      toObjectId('cd'.repeat(32), 'cat.jpg'),
    ];
    expect(new Set(ids).size).to.equal(3);
  });

  it('begins with the SHA-256 of the bytes', () => {
    // The test vector "abc" of FIPS 180-2, appendix B.1.
    expect(hashContent(Buffer.from('abc'))).to.equal(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
