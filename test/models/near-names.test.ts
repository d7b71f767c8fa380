import { expect } from 'chai';
import { nearNames } from '../../src/models/near-names.js';

describe('names near a mistyped one', () => {
  it('come best first and at most three', () => {
    expect(nearNames('abcd', ['abxx', 'abcx', 'abce', 'abc', 'zzzz'])).to.deep.equal(['abcx', 'abce', 'abc']);
  });

  it('ignore case and include names that contain the typed text', () => {
    expect(nearNames('SIGLIP', ['a-siglip-model', 'other'])).to.deep.equal(['a-siglip-model']);
  });

  it('are none when nothing is close', () => {
    expect(nearNames('mobilenet', ['siglip', 'clip'])).to.deep.equal([]);
  });
});
