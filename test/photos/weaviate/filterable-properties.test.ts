import { expect } from 'chai';
import type { CollectionConfig } from 'weaviate-client';
import { filterableProperties } from '../../../src/photos/weaviate/filterable-properties.js';

const property = (name: string, changes: object = {}) => ({
  name,
  dataType: 'text',
  tokenization: 'field',
  indexFilterable: true,
  ...changes,
});

describe('the properties to choose photos by', () => {
  it('are texts that are matched whole, and not what every photo has of its own', () => {
    const properties = [
      property('shape'),
      property('caption', { tokenization: 'word' }),
      property('bytes', { dataType: 'number' }),
      property('camera', { indexFilterable: false }),
      property('path'),
      property('contentHash'),
    ];
    expect(filterableProperties({ properties } as CollectionConfig)).to.deep.equal(['shape']);
  });
});
