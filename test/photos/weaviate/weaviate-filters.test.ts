import { expect } from 'chai';
import type { CollectionConfig } from 'weaviate-client';
import type { PhotoCollection } from '../../../src/photos/weaviate/photo-collection.js';
import { WeaviateFilters, filterableProperties } from '../../../src/photos/weaviate/weaviate-filters.js';

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

describe('the values to choose photos by', () => {
  let asked: string[];
  let fails: boolean;
  let now: number;
  let filters: WeaviateFilters;

  beforeEach(() => {
    [asked, fails, now] = [[], false, 0];
    const overAll = ({ groupBy }: { groupBy: { property: string } }) => {
      asked.push(groupBy.property);
      const counts = { few: 1, many: 5, 'also many': 5 };
      const groups = Object.entries(counts).map(([value, totalCount]) => ({
        groupedBy: { value },
        totalCount,
      }));
      return fails ? Promise.reject(new Error('gone')) : Promise.resolve(groups);
    };
    const collection = { aggregate: { groupBy: { overAll } } } as unknown as PhotoCollection;
    filters = new WeaviateFilters(collection, ['shape'], () => now);
  });

  it('come with how many photos have each, most first, then by name', async () => {
    expect(await filters.values()).to.deep.equal([
      {
        property: 'shape',
        values: [
          { value: 'also many', count: 5 },
          { value: 'many', count: 5 },
          { value: 'few', count: 1 },
        ],
      },
    ]);
  });

  it('are counted once for callers within five seconds, and again after a change', async () => {
    await Promise.all([filters.values(), filters.values()]);
    now = 5_000;
    await filters.values();
    expect(asked).to.have.length(1);
    now = 5_001;
    await filters.values();
    expect(asked).to.have.length(2);
    filters.forget();
    await filters.values();
    expect(asked).to.have.length(3);
  });

  it('are asked for again after a failure', async () => {
    fails = true;
    const failed = await filters.values().catch((error: unknown) => String(error));
    expect(failed).to.equal('Error: gone');
    fails = false;
    expect(await filters.values()).to.have.length(1);
  });
});
