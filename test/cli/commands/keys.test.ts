import { chmod, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { runKeysAdd, runKeysList, runKeysRevoke, runKeysRotate } from '../../../src/cli/commands/keys.js';
import { KeyRing } from '../../../src/serve/access/key-ring.js';
import { parseKeysFile } from '../../../src/serve/access/keys-file.js';
import { makeFolder } from '../../support/folder.js';

describe('handspring keys', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let file: string;
  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({}));
    file = path.join(folder, 'keys.json');
  });
  afterEach(() => remove());

  /** What a command prints, and what it says beside it. */
  async function run(work: (io: Parameters<typeof runKeysAdd>[2]) => Promise<number>) {
    const [out, told]: [string[], string[]] = [[], []];
    const progress = { write: (text: string) => void told.push(text), isTTY: false } as never;
    const code = await work({ out: (line) => void out.push(line), progress });
    expect(code).to.equal(0);
    return { out: out.join('\n'), told: told.join('') };
  }
  const add = (name: string, flags: object = {}) =>
    run((io) => runKeysAdd(name, { keysFile: file, ...flags }, io));
  const rotate = (name: string, flags: object = {}) =>
    run((io) => runKeysRotate(name, { keysFile: file, ...flags }, io));
  const revoke = (name: string) => run((io) => runKeysRevoke(name, { keysFile: file }, io));
  const list = (flags: object = {}) => run((io) => runKeysList({ keysFile: file, ...flags }, io));
  const messageOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: Error) => error.message,
    );

  /** As a service has them. */
  async function ring(): Promise<KeyRing> {
    const keys = new KeyRing();
    keys.replace(parseKeysFile(await readFile(file, 'utf8')));
    return keys;
  }

  it('adds a key whose token is printed once and stands nowhere', async () => {
    const { out: token, told } = await add('shop', {
      rate: '600/m',
      quota: '9/d',
      weight: '2',
      note: 'Käte',
    });
    expect(token).to.match(/^hs_[\w-]{43}$/);
    expect(told).to.equal(`shop: added to ${file}. This is the only time that the token is shown:\n`);
    const found = (await ring()).find(token);
    expect([found?.name, found?.rate?.items, found?.quota?.items, found?.weight]).to.deep.equal([
      'shop',
      600,
      9,
      2,
    ]);
    expect(await readFile(file, 'utf8')).not.to.contain(token);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect((await list()).out).to.match(/^NAME .*\nshop +600\/m +9\/d +2 +yes +\S+ +Käte$/);
    expect((await list({ json: true })).out).not.to.match(/sha256|hs_/);
  });

  it('ends a key with its time', async () => {
    const { out: token } = await add('guest', { expires: '1h' });
    expect((await ring()).find(token)?.name).to.equal('guest');
    expect((await list()).out).to.match(/until \d{4}-\S+Z/);
    const stored = JSON.parse(await readFile(file, 'utf8')) as { keys: object[] };
    await writeFile(file, JSON.stringify({ keys: [{ ...stored.keys[0], expires: '2026-01-01' }] }));
    expect((await list()).out).to.contain('no more since 2026-01-01');
    const keys = await ring();
    expect(() => keys.find(token)).to.throw('let in until');
  });

  it('gives a key another token, at once or with time to change over', async () => {
    const { out: first } = await add('shop', { rate: '600/m' });
    const { out: second, told } = await rotate('shop', { grace: '1d' });
    expect(told).to.match(/lets in until \S+Z\. This is the only time/);
    let keys = await ring();
    expect([keys.find(first)?.name, keys.find(second)?.rate?.items]).to.deep.equal(['shop', 600]);
    expect((await list()).out).to.contain('yes, by two tokens until');
    const { out: third } = await rotate('shop');
    keys = await ring();
    expect([first, second, third].map((token) => keys.find(token)?.name)).to.deep.equal([
      undefined,
      undefined,
      'shop',
    ]);
  });

  it('rotates a key that stood there as its token, which goes', async () => {
    await writeFile(file, JSON.stringify({ keys: [{ name: 'old', token: 'in the clear' }] }));
    await rotate('old', { grace: '1d' });
    expect((await ring()).find('in the clear')?.name).to.equal('old');
    expect(await readFile(file, 'utf8')).not.to.contain('in the clear');
  });

  it('takes a key out', async () => {
    const [{ out: shop }, { out: app }] = [await add('shop'), await add('app')];
    expect((await revoke('shop')).told).to.contain('refuse it within a second');
    const keys = await ring();
    expect([keys.find(shop)?.name, keys.find(app)?.name]).to.deep.equal([undefined, 'app']);
  });

  it('prints JSON for programs', async () => {
    const added = JSON.parse((await add('shop', { json: true, note: 'x' })).out) as Record<string, unknown>;
    expect(added).to.include({ name: 'shop', note: 'x' });
    expect((await ring()).find(String(added['token']))?.name).to.equal('shop');
  });

  it('changes a file by turns: of many commands at once none is lost', async () => {
    const names = Array.from({ length: 5 }, (_, at) => `caller-${at}`);
    await Promise.all(names.map((name) => add(name)));
    const { keys } = JSON.parse(await readFile(file, 'utf8')) as { keys: { name: string }[] };
    expect(keys.map(({ name }) => name)).to.have.members(names);
    expect(await readdir(folder)).to.deep.equal(['keys.json']);
  }).timeout(20_000);

  it('keeps the rights of a file, the link to it, and what it does not know of', async () => {
    const real = path.join(folder, 'real.json');
    await writeFile(
      real,
      JSON.stringify({ comment: 'ours', keys: [{ name: 'a', token: 'x', team: 'blue' }] }),
    );
    await chmod(real, 0o640);
    await symlink(real, file);
    await add('shop');
    const { comment, keys } = JSON.parse(await readFile(real, 'utf8')) as { comment: string; keys: object[] };
    expect(comment).to.equal('ours');
    expect(keys[0]).to.deep.equal({ name: 'a', token: 'x', team: 'blue' });
    expect((await stat(real)).mode & 0o777).to.equal(0o640);
  });

  for (const [title, flags, message] of [
    [
      'a rate',
      { rate: '600' },
      '--rate: expected items in a time, such as 600/m (s, m, h or d), received "600"',
    ],
    ['a weight', { weight: '0' }, '--weight: expected a number from 0.01 to 100, received "0"'],
    ['a time', { expires: 'soon' }, '--expires: expected a time to come'],
    ['a note', { note: 'a\u001b[2Jb' }, '--note: expected at most 200 characters on one line'],
    ['no file', { keysFile: '' }, '--keys-file: expected the keys file (env KEYS_FILE), received none'],
  ] as const) {
    it(`refuses ${title} that cannot be, and leaves the file`, async () => {
      expect(await messageOf(add('shop', flags))).to.contain(message);
      expect(await readdir(folder)).to.deep.equal([]);
    });
  }

  it('tells of a name that is taken, wrong or unknown, of a broken file and of a folder that is not there', async () => {
    await add('shop');
    expect(await messageOf(add('shop'))).to.contain(
      'shop: expected a name that no key has yet; keys rotate shop',
    );
    expect(await messageOf(add('a b'))).to.contain('name: expected 1 to 64 letters');
    expect(await messageOf(rotate('nobody'))).to.contain(`nobody: expected the name of a key in ${file}`);
    expect(await messageOf(revoke('nobody'))).to.contain('nobody: expected the name of a key');
    await writeFile(file, '{"keys": [');
    for (const work of [() => add('x'), () => rotate('shop'), () => revoke('shop'), () => list()])
      expect(await messageOf(work())).to.equal(`${file}: keys file: expected JSON`);
    expect(await readFile(file, 'utf8')).to.equal('{"keys": [');
    file = path.join(folder, 'nowhere', 'keys.json');
    expect(await messageOf(add('x'))).to.contain(
      `${file}: it cannot be changed, and nothing beside it: there is none`,
    );
    expect(await messageOf(list())).to.equal(
      `${file}: expected a keys file, received a name that is not there`,
    );
  });
});
