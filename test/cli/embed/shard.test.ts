import { expect } from 'chai';
import { isInShard } from '../../../src/cli/embed/shard.js';
import { shard } from '../../../src/cli/options/shard.js';

const NAMES = Array.from({ length: 2000 }, (_, n) => `2024/photo-${n}.jpg`);

describe('a shard', () => {
  it('is a part of several that are disjoint, complete and about alike', () => {
    const parts = Array.from({ length: 7 }, (_, at) =>
      NAMES.filter((name) => isInShard(name, { index: at + 1, count: 7 })),
    );
    expect(parts.flat().sort()).to.deep.equal([...NAMES].sort());
    for (const part of parts) expect(part.length).to.be.within(200, 380);
  });

  it('of one run is all', () => {
    expect(NAMES.every((name) => isInShard(name, { index: 1, count: 1 }))).to.equal(true);
  });

  it('is written K/N, from 1 to N or from 0 on', () => {
    expect(shard('3/16')).to.deep.equal({ index: 3, count: 16 });
    expect([0, 1, 2].map((k) => shard(`${k}/3`).index)).to.deep.equal([3, 1, 2]);
    for (const text of ['0/0', '5/4', '1', '1/0', 'a/b', '1/2/3', '1/999999'])
      expect(() => shard(text), text).to.throw('a run and how many there are, such as 3/16');
  });
});
