import { expect } from 'chai';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KeyRing, hashToken } from '../../../src/serve/access/key-ring.js';
import { parseKeysFile, watchKeysFile } from '../../../src/serve/access/keys-file.js';
import { makeFolder } from '../../support/folder.js';

const hexOf = (token: string) => Buffer.from(hashToken(token)).toString('hex');
const fileOf = (...keys: unknown[]) => JSON.stringify({ keys });

describe('a keys file', () => {
  it('holds names, tokens or their hashes, and limits', () => {
    const [a, b] = parseKeysFile(
      fileOf(
        { name: 'a', token: 'secret' },
        { name: 'b', sha256: hexOf('other'), rate: '6/m', quota: '9/d', weight: 2 },
      ),
    );
    expect(a).to.deep.equal({ name: 'a', sha256: hashToken('secret') });
    expect(b?.sha256).to.deep.equal(Buffer.from(hashToken('other')));
    expect([b?.rate?.items, b?.quota?.seconds, b?.weight]).to.deep.equal([6, 86_400, 2]);
  });

  it('holds times, and the token that a key had before', () => {
    const [a, b] = parseKeysFile(
      fileOf(
        { name: 'a', token: 'x', expires: '2027-01-31', note: 'for the shop', added: '2026-11-28' },
        {
          name: 'b',
          token: 'y',
          previous: { sha256: hexOf('secret'), expires: '2027-01-31T12:00:00+01:00' },
        },
      ),
    );
    expect(a?.expires).to.equal(Date.UTC(2027, 0, 31));
    expect(b?.previous?.expires).to.equal(Date.UTC(2027, 0, 31, 11));
  });

  const wrong: [title: string, file: string, message: string][] = [
    ['no JSON', '{"keys": [{"token": "secret"', 'keys file: expected JSON'],
    ['a list', '[]', 'keys: expected a list'],
    ['null', 'null', 'keys file: expected an object with keys'],
    ['a key that is no object', fileOf('secret'), 'keys[0]: expected an object'],
    ['a key without a name', fileOf({ token: 'secret' }), 'keys[0].name: expected 1 to 64 letters'],
    ['a name with spaces', fileOf({ name: 'a b', token: 'secret' }), 'keys[0].name: expected'],
    ['no secret', fileOf({ name: 'a' }), 'keys[0]: expected either a token or'],
    ['two secrets', fileOf({ name: 'a', token: 'secret', sha256: hexOf('x') }), 'keys[0]: expected either'],
    ['a short hash', fileOf({ name: 'a', sha256: 'abcd' }), 'keys[0]: expected either'],
    [
      'a wrong limit',
      fileOf({ name: 'a', token: 'secret', rate: 5 }),
      'keys[0].rate: expected items in a time',
    ],
    [
      'a weight of nothing',
      fileOf({ name: 'a', token: 'secret', weight: 0 }),
      'keys[0].weight: expected a number from 0.01 to 100',
    ],
    ...['1', 'soon', '31.1.2027', '2027-13-01', '2027-01-31 12:00', 7].map(
      (expires): [string, string, string] => [
        `${expires} for a time`,
        fileOf({ name: 'a', token: 'secret', expires }),
        'keys[0].expires: expected a time such as 2027-01-31',
      ],
    ),
    [
      'a token from before that stays',
      fileOf({ name: 'a', token: 'x', previous: { token: 'secret' } }),
      'keys[0].previous.expires: expected a time',
    ],
    [
      "another key's token from before",
      fileOf(
        { name: 'a', token: 'x', previous: { token: 'secret', expires: '2027-01-31' } },
        { name: 'b', token: 'secret' },
      ),
      'keys[1]: expected a token that no other key has',
    ],
    [
      'one name twice',
      fileOf({ name: 'a', token: 'x' }, { name: 'a', token: 'secret' }),
      'keys[1].name: expected a name that no other key has',
    ],
    [
      'one token twice, once as its hash',
      fileOf(
        { name: 'a', token: 'secret' },
        { name: 'b', token: 'x' },
        { name: 'c', sha256: hexOf('secret').toUpperCase() },
      ),
      'keys[2]: expected a token that no other key has',
    ],
  ];
  for (const [title, file, message] of wrong) {
    it(`is refused with ${title}, and nothing of it is told`, () => {
      expect(() => parseKeysFile(file))
        .to.throw(message)
        .that.satisfies((error: Error) => !error.message.includes('secret'));
    });
  }

  it('is read again when it is replaced; a broken one leaves the keys from before', async () => {
    const { folder, remove } = await makeFolder({ 'keys.json': fileOf({ name: 'a', token: 'first' }) });
    const file = path.join(folder, 'keys.json');
    const ring = new KeyRing();
    let told: (what: string) => void = () => undefined;
    const next = () => new Promise<string>((resolve) => (told = resolve));
    const stop = await watchKeysFile(file, ring, {
      onReload: (keys, { added, removed }) => told(`${keys} keys, +${added.join()} -${removed.join()}`),
      onFailure: ({ message }) => told(message),
    });
    try {
      expect(ring.find('first')?.name).to.equal('a');
      let heard = next();
      await writeFile(`${file}.new`, fileOf({ name: 'b', token: 'second' }, { name: 'c', token: 'third' }));
      await rename(`${file}.new`, file);
      expect(await heard).to.equal('2 keys, +b,c -a');
      expect([ring.find('first'), ring.find('third')?.name]).to.deep.equal([undefined, 'c']);
      heard = next();
      await writeFile(file, '{"keys": 1, "for now": "nothing"}');
      expect(await heard).to.equal('keys: expected a list');
      expect(ring.find('second')?.name).to.equal('b');
    } finally {
      stop();
      await remove();
    }
  });

  it('must be there at the start', async () => {
    const error = await watchKeysFile('/nowhere/keys.json', new KeyRing()).catch((caught: Error) => caught);
    expect(error).to.have.property('code', 'ENOENT');
  });
});
