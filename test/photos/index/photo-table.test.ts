import { expect } from 'chai';
import type { PhotoRecord } from '../../../src/photos/index/photo-table.js';
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
    const [best] = table.nearest(north, 1);
    expect(best).to.deep.equal({ id: 'b', name: 'b.png', properties: { format: 'png' }, score: 1 });
  });

  it('leaves out the photo that is asked about and those that do not fit the filter', () => {
    const table = new PhotoTable();
    table.put(createRecord('a'), east);
    table.put(createRecord('b'), east);
    table.put(createRecord('c', { properties: { format: 'gif' } }), east);
    const filter = { property: 'format', value: 'png' };
    expect(table.nearest(east, 9, filter, 'a').map(({ id }) => id)).to.deep.equal(['b']);
  });

  it('keeps photos and vectors together when one in the middle goes', () => {
    const table = new PhotoTable();
    table.put(createRecord('a'), east);
    table.put(createRecord('b'), north);
    table.put(createRecord('c'), Float32Array.of(-1, 0));
    table.removeName('a', 'a.png');
    expect(table.count).to.equal(2);
    expect(table.get('a')).to.equal(undefined);
    expect(table.nearest(Float32Array.of(-1, 0), 1)[0]?.id).to.equal('c');
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
    expect(table.newest(9).map(({ id }) => id)).to.deep.equal(['a', 'b']);
    table.put(createRecord('c', { modifiedMs: 2, properties: { format: 'gif' } }), east);
    expect(table.newest(2).map(({ id }) => id)).to.deep.equal(['c', 'a']);
    expect(table.newest(9, { property: 'format', value: 'gif' }).map(({ id }) => id)).to.deep.equal(['c']);
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
