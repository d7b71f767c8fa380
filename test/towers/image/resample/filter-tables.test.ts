import { expect } from 'chai';
import { filterTable } from '../../../../src/towers/image/resample/filter-tables.js';

describe('filterTable', () => {
  it('is made once for images of the same size', () => {
    const table = filterTable(640, 298, 37, 224, 'bicubic', 4);
    expect(filterTable(640, 298, 37, 224, 'bicubic', 4)).to.equal(table);
  });

  it('is made anew when anything differs', () => {
    const table = filterTable(640, 298, 37, 224, 'bicubic', 4);
    expect(filterTable(641, 298, 37, 224, 'bicubic', 4)).to.not.equal(table);
    expect(filterTable(640, 299, 37, 224, 'bicubic', 4)).to.not.equal(table);
    expect(filterTable(640, 298, 36, 224, 'bicubic', 4)).to.not.equal(table);
    expect(filterTable(640, 298, 37, 223, 'bicubic', 4)).to.not.equal(table);
    expect(filterTable(640, 298, 37, 224, 'bilinear', 4)).to.not.equal(table);
    expect(filterTable(640, 298, 37, 224, 'bicubic', 2)).to.not.equal(table);
  });

  it('is forgotten when many other sizes came since, and kept while it is used', () => {
    const used = filterTable(500, 224, 0, 224, 'bicubic', 4);
    const unused = filterTable(501, 224, 0, 224, 'bicubic', 4);
    for (let source = 600; source < 700; source++) {
      filterTable(source, 224, 0, 224, 'bicubic', 4);
      filterTable(500, 224, 0, 224, 'bicubic', 4);
    }
    expect(filterTable(500, 224, 0, 224, 'bicubic', 4)).to.equal(used);
    expect(filterTable(501, 224, 0, 224, 'bicubic', 4)).to.not.equal(unused);
  });

  it('is not kept for a huge image', () => {
    const table = filterTable(60_000, 224, 0, 224, 'bicubic', 4);
    expect(filterTable(60_000, 224, 0, 224, 'bicubic', 4)).to.not.equal(table);
  });
});
