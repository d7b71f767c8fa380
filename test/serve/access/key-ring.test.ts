import { expect } from 'chai';
import { KeyRing, hashToken, toKeys } from '../../../src/serve/access/key-ring.js';

describe('a ring of keys', () => {
  it('finds the key of a token, and none for another', () => {
    const ring = new KeyRing(toKeys(['one', 'two']));
    expect(ring.find('one')?.name).to.equal('token-1');
    expect(ring.find('two')?.name).to.equal('token-2');
    for (const wrong of ['', 'on', 'one ', 'One', 'three']) expect(ring.find(wrong)).to.equal(undefined);
  });

  it("replaces a file's keys and keeps those of the options", () => {
    const ring = new KeyRing(toKeys(['fixed']));
    ring.replace([{ name: 'a', sha256: hashToken('first') }]);
    expect(ring.find('first')?.name).to.equal('a');
    ring.replace([{ name: 'b', sha256: hashToken('second') }]);
    expect(ring.find('first')).to.equal(undefined);
    expect(ring.find('second')?.name).to.equal('b');
    expect(ring.find('fixed')?.name).to.equal('token-1');
  });

  it("refuses a file's key with a name or a token of the options, and keeps those from before", () => {
    const ring = new KeyRing(toKeys(['fixed']));
    ring.replace([{ name: 'a', sha256: hashToken('first') }]);
    for (const [name, token] of [
      ['b', 'fixed'],
      ['token-1', 'second'],
    ] as const) {
      expect(() => ring.replace([{ name, sha256: hashToken(token) }])).to.throw(
        'keys[0]: expected a name and a token that AUTHENTICATION_ALLOWED_TOKENS has not',
      );
    }
    expect(ring.find('first')?.name).to.equal('a');
    expect(ring.size).to.equal(2);
  });
});
