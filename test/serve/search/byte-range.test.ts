import { expect } from 'chai';
import { parseRange, sliceOf } from '../../../src/serve/search/byte-range.js';

describe('a stretch of a file', () => {
  it('is what the header asks for, cut to the file’s end', () => {
    expect(parseRange('bytes=0-', 10)).to.deep.equal({ from: 0, to: 9 });
    expect(parseRange('bytes=3-5', 10)).to.deep.equal({ from: 3, to: 5 });
    expect(parseRange('bytes=3-50', 10)).to.deep.equal({ from: 3, to: 9 });
    expect(parseRange('bytes=-4', 10)).to.deep.equal({ from: 6, to: 9 });
    expect(parseRange('bytes=-40', 10)).to.deep.equal({ from: 0, to: 9 });
  });

  it('is the whole file where the header asks for none, for several, or in another unit', () => {
    for (const header of [undefined, '', 'bytes=-', 'bytes=1-2,4-5', 'lines=1-2', 'bytes=5-3', 'bytes=a-b'])
      expect(parseRange(header, 10), header).to.equal(undefined);
  });

  it('is outside where the file has none of it', () => {
    expect(parseRange('bytes=10-', 10)).to.equal('outside');
    expect(parseRange('bytes=-0', 10)).to.equal('outside');
    expect(parseRange('bytes=0-', 0)).to.equal('outside');
  });

  it('is taken out of a stream in pieces of any size', async () => {
    const all = Uint8Array.from({ length: 10 }, (_, at) => at);
    for (const size of [1, 3, 10]) {
      const chunks = (async function* () {
        for (let at = 0; at < all.length; at += size) {
          await Promise.resolve();
          yield all.subarray(at, at + size);
        }
      })();
      const parts: number[] = [];
      for await (const piece of sliceOf(chunks, { from: 2, to: 6 })) parts.push(...piece);
      expect(parts).to.deep.equal([2, 3, 4, 5, 6]);
    }
  });
});
