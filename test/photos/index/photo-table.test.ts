import { expect } from 'chai';
import type { PhotoRecord } from '../../../src/photos/index/photo-table.js';
import type { Stretch } from '../../../src/photos/index/store.js';
import { PhotoTable } from '../../../src/photos/index/photo-table.js';

function createRecord(id: string, changes: Partial<PhotoRecord> = {}): PhotoRecord {
  return {
    id,
    name: `${id}.png`,
    mediaType: 'image/png',
    modifiedMs: 0,
    properties: { format: 'png' },
    ...changes,
  };
}

const east = Float32Array.of(1, 0);
const north = Float32Array.of(0, 1);

describe('PhotoTable', () => {
  it('finds photos by vector, with their own data and without the internal part of it', () => {
    const table = new PhotoTable();
    table.put(createRecord('a', { width: 4, height: 3 }), east);
    table.put(createRecord('b'), north);
    const [best] = table.nearest(north, { limit: 1 }).hits;
    expect(best).to.deep.equal({ id: 'b', name: 'b.png', properties: { format: 'png' }, score: 1 });
  });

  it('leaves out the photo that is asked about and those that do not fit the filter', () => {
    const table = new PhotoTable();
    table.put(createRecord('a'), east);
    table.put(createRecord('b'), east);
    table.put(createRecord('c', { properties: { format: 'gif' } }), east);
    const filter = { property: 'format', value: 'png' };
    expect(table.nearest(east, { limit: 9 }, { filter }, 'a').hits.map(({ id }) => id)).to.deep.equal(['b']);
  });

  it('keeps photos and vectors together when one in the middle goes', () => {
    const table = new PhotoTable();
    table.put(createRecord('a'), east);
    table.put(createRecord('b'), north);
    table.put(createRecord('c'), Float32Array.of(-1, 0));
    table.removeName('a', 'a.png');
    expect(table.count).to.equal(2);
    expect(table.get('a')).to.equal(undefined);
    expect(table.nearest(Float32Array.of(-1, 0), { limit: 1 }).hits[0]?.id).to.equal('c');
    expect([...(table.vectorOf('b') ?? [])]).to.deep.equal([0, 1]);
    expect([...(table.vectorOf('c') ?? [])]).to.deep.equal([-1, 0]);
    expect(table.get('c')?.id).to.equal('c');
  });

  it('keeps a photo as long as one file has its content, under the name of that file', () => {
    const table = new PhotoTable();
    table.put(createRecord('a'), east);
    table.put(createRecord('a', { name: 'copy.png' }), east);
    expect(table.count).to.equal(1);
    table.removeName('a', 'a.png');
    expect(table.get('a')?.name).to.equal('copy.png');
    table.removeName('a', 'copy.png');
    expect(table.count).to.equal(0);
  });

  it('lists the newest first and equal times by name, also after a change', () => {
    const table = new PhotoTable();
    table.put(createRecord('b', { modifiedMs: 1 }), east);
    table.put(createRecord('a', { modifiedMs: 1 }), east);
    expect(table.newest({ limit: 9 }).photos.map(({ id }) => id)).to.deep.equal(['a', 'b']);
    table.put(createRecord('c', { modifiedMs: 2, properties: { format: 'gif' } }), east);
    expect(table.newest({ limit: 2 }).photos.map(({ id }) => id)).to.deep.equal(['c', 'a']);
    expect(
      table.newest({ limit: 9 }, { filter: { property: 'format', value: 'gif' } }).photos.map(({ id }) => id),
    ).to.deep.equal(['c']);
  });

  it('goes by when a photo was taken, and by the file where that is not known', () => {
    const table = new PhotoTable();
    table.put(createRecord('copied today', { modifiedMs: 9, takenMs: 1 }), east);
    table.put(createRecord('file', { modifiedMs: 5 }), east);
    table.put(createRecord('taken last', { modifiedMs: 2, takenMs: 7 }), east);
    const { photos } = table.newest({ limit: 9 });
    expect(photos.map(({ id }) => id)).to.deep.equal(['taken last', 'file', 'copied today']);
    expect(photos[0]).not.to.have.any.keys('takenMs', 'modifiedMs');
  });

  it('lists any stretch of the photos, or the one that a photo is in', () => {
    const table = new PhotoTable();
    const ids = Array.from({ length: 10 }, (_, i) => `p${i}`);
    ids.forEach((id, i) => table.put(createRecord(id, { modifiedMs: 100 - i }), east));
    const names = (stretch: Stretch) => {
      const { photos, offset, total } = table.newest(stretch);
      expect(total).to.equal(10);
      return `${offset}: ${photos.map(({ id }) => id).join(' ')}`;
    };
    expect(names({ limit: 4, offset: 8 })).to.equal('8: p8 p9');
    expect(names({ limit: 4, at: 'p6' })).to.equal('4: p4 p5 p6 p7');
    expect(names({ limit: 4, at: 'gone' })).to.equal('0: p0 p1 p2 p3');
    expect(table.nearest(east, { limit: 4, at: 'p9' })).to.include({ offset: 8, total: 10 });
  });

  it('counts the values of each property, most frequent first', () => {
    const table = new PhotoTable();
    for (const id of ['a', 'b', 'c']) {
      table.put(createRecord(id, { properties: { format: id === 'a' ? 'gif' : 'png' } }), east);
    }
    expect(table.propertyValues()).to.deep.equal([
      {
        property: 'format',
        values: [
          { value: 'png', count: 2 },
          { value: 'gif', count: 1 },
        ],
      },
    ]);
  });
});
