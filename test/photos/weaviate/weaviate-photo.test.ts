import { expect } from 'chai';
import { toListedPhoto, toStoredPhoto } from '../../../src/photos/weaviate/weaviate-photo.js';
import { filterableProperties } from '../../../src/photos/weaviate/filterable-properties.js';
import type { CollectionConfig } from 'weaviate-client';

const UUID = '11111111-2222-3333-4444-555555555555';

describe('an object of Weaviate as a photo', () => {
  it('has its path as its name, its size, and the properties a search can be filtered by', () => {
    const properties = {
      path: 'a/b.jpg',
      file: 'b.jpg',
      width: 4,
      height: 3,
      shape: 'landscape',
      folder: '',
    };
    expect(toStoredPhoto({ uuid: UUID, properties: properties as never }, ['shape', 'folder'])).to.deep.equal(
      {
        id: UUID,
        name: 'a/b.jpg',
        width: 4,
        height: 3,
        properties: { shape: 'landscape' },
      },
    );
  });

  it('does without any of them', () => {
    const bare = { id: UUID, name: UUID, properties: {} };
    expect(toStoredPhoto({ uuid: UUID, properties: {} as never }, ['shape'])).to.deep.equal(bare);
    expect(toStoredPhoto({ uuid: UUID, properties: { path: null } as never }, [])).to.deep.equal(bare);
  });
});

describe('an object of Weaviate in the list', () => {
  it('has its content, and when it was taken or else made', () => {
    const [takenAt, modifiedAt, creationTime] = [new Date(1000), new Date(2000), new Date(3000)];
    const properties = { path: 'a.jpg', contentHash: 'ab', takenAt, modifiedAt } as never;
    expect(toListedPhoto({ uuid: UUID, properties, metadata: undefined }, [])).to.include({
      contentHash: 'ab',
      takenMs: 1000,
      modifiedMs: 2000,
    });
    const bare = toListedPhoto({ uuid: UUID, properties: {} as never, metadata: { creationTime } }, []);
    expect(bare).to.include({ contentHash: UUID, modifiedMs: 3000 }).and.not.have.property('takenMs');
  });
});

describe('the properties of a collection that a search can be filtered by', () => {
  it('are texts that are matched whole, but for those that tell photos apart', () => {
    const text = { dataType: 'text', indexFilterable: true };
    const properties = [
      { name: 'shape', ...text, tokenization: 'field' },
      { name: 'caption', ...text, tokenization: 'word' },
      { name: 'path', ...text, tokenization: 'field' },
      { name: 'hidden', ...text, tokenization: 'field', indexFilterable: false },
      { name: 'bytes', dataType: 'int', indexFilterable: true, tokenization: 'none' },
    ];
    expect(filterableProperties({ properties } as unknown as CollectionConfig)).to.deep.equal(['shape']);
  });
});
