import { expect } from 'chai';
import { readFile, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { toSafeFileName, writeNewFile } from '../../src/photos/photo-name.js';
import { makeFolder } from '../support/folder.js';

describe('toSafeFileName', () => {
  const cases: [title: string, given: string, expected: string][] = [
    ['keeps an ordinary name', 'Beach 2024 (1).jpg', 'Beach 2024 (1).jpg'],
    ['keeps either extension of a format', 'a.JPEG', 'a.jpeg'],
    ['keeps names in any script', '浜辺 ☀️.jpg', '浜辺 ☀️.jpg'],
    ['takes the last part of a path', '../../etc/passwd.jpg', 'passwd.jpg'],
    ['takes the last part of a Windows path', 'C:\\photos\\a.jpg', 'a.jpg'],
    ['makes no hidden file', '...a.jpg', 'a.jpg'],
    ['replaces an extension that does not fit the content', 'page.html', 'page.jpg'],
    ['adds a missing extension', 'photo', 'photo.jpg'],
    ['takes out control and direction characters', 'a\u0000b\u202Egpj.jpg', 'abgpj.jpg'],
    ['replaces what Windows reserves', 'a:b*?.jpg', 'a-b--.jpg'],
    ['avoids the names of Windows devices', 'con.jpg', '_con.jpg'],
    ['avoids the names of Windows devices with a further dot', 'nul.x.jpg', '_nul.x.jpg'],
    ['finds a name where none is left', '../..', 'photo.jpg'],
    ['finds a name for an empty one', '', 'photo.jpg'],
    ['cuts a long name between characters', `${'é'.repeat(300)}.jpg`, `${'é'.repeat(60)}.jpg`],
  ];
  for (const [title, given, expected] of cases) {
    it(title, () => expect(toSafeFileName(given, ['jpg', 'jpeg'])).to.equal(expected));
  }
});

describe('writeNewFile', () => {
  let folder: string;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({ 'a.jpg': Buffer.from('first') }));
  });
  afterEach(() => remove());

  it('numbers a name that is taken and overwrites nothing, also when all come at once', async () => {
    const bytes = ['second', 'third', 'fourth'].map((text) => Buffer.from(text));
    const names = await Promise.all(bytes.map((one) => writeNewFile(folder, 'a.jpg', one)));
    expect([...names].sort()).to.deep.equal(['a (2).jpg', 'a (3).jpg', 'a (4).jpg']);
    expect(await readFile(path.join(folder, 'a.jpg'), 'utf8')).to.equal('first');
    expect(await readFile(path.join(folder, names[1] as string), 'utf8')).to.equal('third');
  });

  it('does not write through a symbolic link of that name', async () => {
    await symlink(path.join(folder, 'elsewhere'), path.join(folder, 'b.jpg'));
    expect(await writeNewFile(folder, 'b.jpg', Buffer.from('x'))).to.equal('b (2).jpg');
    expect(await readdir(folder)).not.to.include('elsewhere');
  });

  it('leaves nothing else behind', async () => {
    await writeNewFile(folder, 'c.jpg', Buffer.from('x'));
    expect((await readdir(folder)).sort()).to.deep.equal(['a.jpg', 'c.jpg']);
  });
});
