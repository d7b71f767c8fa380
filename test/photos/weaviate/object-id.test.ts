import { expect } from 'chai';
import { toObjectId } from '../../../src/photos/weaviate/object-id.js';

const HASH = 'ab'.repeat(32);

describe('the id of an object', () => {
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
});
