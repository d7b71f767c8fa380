import { expect } from 'chai';
import { BatchBuilder } from '../../../src/photos/import/batches.js';
import type { Photo } from '../../../src/photos/import/target.js';
import { photoOf } from '../../support/photo.js';

describe('batches', () => {
  const sizes = (photos: readonly Photo[] | undefined) => photos?.map(({ content }) => content.length);

  it('are full at their count', () => {
    const batch = new BatchBuilder({ maxPhotos: 2, maxBytes: 1000 });
    expect(batch.add(photoOf('a', 1))).to.equal(undefined);
    expect(sizes(batch.add(photoOf('b', 2)))).to.deep.equal([1, 2]);
    expect(batch.take()).to.deep.equal([]);
  });

  it('never exceed their bytes: the photo that would is the next one’s first', () => {
    const batch = new BatchBuilder({ maxPhotos: 10, maxBytes: 10 });
    batch.add(photoOf('a', 6));
    expect(sizes(batch.add(photoOf('b', 5)))).to.deep.equal([6]);
    expect(sizes(batch.add(photoOf('c', 5)))).to.deep.equal([5, 5]);
  });

  it('let a photo larger than that go alone', () => {
    const batch = new BatchBuilder({ maxPhotos: 10, maxBytes: 10 });
    expect(sizes(batch.add(photoOf('a', 50)))).to.deep.equal([50]);
    batch.add(photoOf('b', 1));
    expect(sizes(batch.add(photoOf('c', 50)))).to.deep.equal([1]);
    expect(sizes(batch.take())).to.deep.equal([50]);
  });
});
