import { createHash } from 'node:crypto';
import { chmod, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { ROOT } from '../../src/core/own-module.js';
import { makeFolder } from '../support/folder.js';

interface PackedFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

interface Unpack {
  readonly unpack: (
    folder: string,
    manifest: { readonly parts: readonly PackedFile[][] },
    readPart: (index: number) => Uint8Array,
  ) => number;
  readonly checkLoadable: (file: string) => void;
}

const PARTS = [
  { 'main.js': 'run()', 'deep/er/page.html': '<p>' },
  { 'library.node': 'ELF', empty: '' },
];

describe('the program that the one file puts into its folder', () => {
  let unpack: Unpack['unpack'];
  let checkLoadable: Unpack['checkLoadable'];
  let folder: string;
  let remove: () => Promise<void>;
  /** The parts that were read. */
  let read: number[];

  before(async () => {
    ({ unpack, checkLoadable } = (await import(new URL('scripts/bundle/unpack.mjs', ROOT).href)) as Unpack);
  });
  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({}));
    read = [];
  });
  afterEach(() => remove());

  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const parts = PARTS.map((part) =>
    Object.entries(part).map(([name, text]) => ({ path: name, size: text.length, sha256: hash(text) })),
  );
  const readPart = (index: number) => {
    read.push(index);
    return Buffer.from(Object.values(PARTS[index] ?? {}).join(''));
  };
  const put = () => unpack(folder, { parts }, readPart);
  const contentOf = (name: string) => readFile(path.join(folder, name), 'utf8');

  it('is complete after the first start, with nothing beside it', async () => {
    expect(put()).to.equal(4);
    for (const [name, text] of PARTS.flatMap(Object.entries<string>))
      expect(await contentOf(name)).to.equal(text);
    expect((await readdir(folder)).sort()).to.deep.equal(['deep', 'empty', 'library.node', 'main.js']);
  });

  it('is read through at the next one, and nothing is unpacked', () => {
    put();
    read = [];
    expect(put()).to.equal(0);
    expect(read).to.deep.equal([]);
  });

  it('has replaced what differs, by the parts that hold it alone', async () => {
    put();
    read = [];
    await writeFile(path.join(folder, 'library.node'), 'FLE');
    expect(put()).to.equal(1);
    expect(read).to.deep.equal([1]);
    expect(await contentOf('library.node')).to.equal('ELF');
  });

  it('leaves what somebody has opened as it was', async () => {
    put();
    const damaged = path.join(folder, 'main.js');
    await writeFile(damaged, 'stop()');
    const handle = await open(damaged);
    put();
    expect(await handle.readFile('utf8')).to.equal('stop()');
    await handle.close();
    expect(await contentOf('main.js')).to.equal('run()');
  });

  it('has what is missing, after a start that was interrupted too', async () => {
    put();
    await rm(path.join(folder, 'deep'), { recursive: true });
    await writeFile(path.join(folder, `.draft-${process.pid}`), 'half');
    expect(put()).to.equal(1);
    expect(await contentOf('deep/er/page.html')).to.equal('<p>');
  });

  it('is not made of a file that is damaged itself', async () => {
    const damaged = () => Buffer.from('walk()<p>');
    expect(() => unpack(folder, { parts }, damaged)).to.throw(
      `main.js: expected SHA-256 ${hash('run()')}, received ${hash('walk(')}; this file is damaged, fetch it anew`,
    );
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('fails where a folder is in the way of a file, and leaves nothing behind', async () => {
    await rm(folder, { recursive: true });
    const { folder: other, remove: removeOther } = await makeFolder({ 'main.js/in-the-way': '' });
    expect(() => unpack(other, { parts }, readPart)).to.throw(/EISDIR|ENOTEMPTY|EEXIST/);
    expect(await readdir(other)).to.deep.equal(['main.js']);
    await removeOther();
  });

  it('is told by the system when none of its folders can be made, at once', () => {
    expect(() => unpack('/proc/none/such', { parts }, readPart)).to.throw(/^ENOENT: .*mkdir '\/proc\/none'$/);
  });

  it('is on a disk that libraries can be loaded from, or it says what to change', async () => {
    put();
    const library = path.join(folder, 'library.node');
    expect(() => checkLoadable(library)).to.not.throw();
    await chmod(library, 0o644); // what a disk mounted noexec makes of every file
    expect(() => checkLoadable(library)).to.throw(
      /^CACHE_DIR: expected a folder that libraries can be loaded from, received EACCES.*set CACHE_DIR to another folder$/,
    );
  });
});
