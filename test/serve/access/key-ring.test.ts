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
    const previous = { sha256: hashToken('fixed'), expires: 0 };
    expect(() => ring.replace([{ name: 'b', sha256: hashToken('second'), previous }])).to.throw('keys[0]');
    expect(ring.find('first')?.name).to.equal('a');
    expect(ring.size).to.equal(2);
  });

  it('lets in until the time of a key is over, and says then which and since when', () => {
    const ring = new KeyRing();
    const at = Date.now();
    ring.replace([
      { name: 'a', sha256: hashToken('yes'), expires: at + 60_000 },
      { name: 'b', sha256: hashToken('no'), expires: at - 1 },
    ]);
    expect(ring.find('yes')?.name).to.equal('a');
    expect(() => ring.find('no'))
      .to.throw(`this token of the key b let in until ${new Date(at - 1).toISOString()}`)
      .with.property('code', 'unauthorized');
  });

  it('takes the token from before until its own time or the time of its key is over', () => {
    const ring = new KeyRing();
    const soon = Date.now() + 60_000;
    const withPrevious = (name: string, previous: number, expires?: number) => ({
      name,
      sha256: hashToken(`${name} new`),
      previous: { sha256: hashToken(`${name} old`), expires: previous },
      ...(expires !== undefined && { expires }),
    });
    ring.replace([withPrevious('a', soon), withPrevious('b', 0), withPrevious('c', soon, 0)]);
    expect(['a new', 'a old', 'b new'].map((token) => ring.find(token)?.name)).to.deep.equal(['a', 'a', 'b']);
    for (const over of ['b old', 'c old', 'c new'])
      expect(() => ring.find(over), over).to.throw('let in until');
  });

  it('tells what a new file has done', () => {
    const ring = new KeyRing(toKeys(['fixed']));
    const key = (name: string, more = {}) => ({ name, sha256: hashToken(`token of ${name}`), ...more });
    expect(ring.replace([key('a'), key('b'), key('c')])).to.deep.equal({
      added: ['a', 'b', 'c'],
      removed: [],
      changed: [],
    });
    expect(ring.replace([key('d'), key('b', { weight: 2 }), key('a')])).to.deep.equal({
      added: ['d'],
      removed: ['c'],
      changed: ['b'],
    });
  });
});
