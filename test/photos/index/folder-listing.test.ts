import { expect } from 'chai';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { listFolder } from '../../../src/photos/index/folder-listing.js';
import { asNobody } from '../../support/as-nobody.js';
import { makeFolder } from '../../support/folder.js';

describe('listFolder', () => {
  let folder: string;
  let remove: () => Promise<void>;

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({}));
  });
  afterEach(() => remove());

  it('lists files named like photos in the folder and below, with size and time', async () => {
    await mkdir(path.join(folder, 'a/b'), { recursive: true });
    for (const name of ['z.JPG', 'a/b/c.png', 'a/notes.txt', 'a/old.heic']) {
      await writeFile(path.join(folder, name), '12345');
    }
    const { files, folders } = await listFolder(folder);
    expect(files.map((file) => file.path)).to.deep.equal(['a/b/c.png', 'a/old.heic', 'z.JPG']);
    expect(files[0]?.bytes).to.equal(5);
    expect(files[0]?.modifiedMs).to.be.greaterThan(0);
    expect([...folders].sort()).to.deep.equal(['', 'a', 'a/b']);
  });

  it('leaves out hidden files and folders and symbolic links', async () => {
    await mkdir(path.join(folder, '.hidden'));
    for (const name of ['.a.png', '.hidden/b.png', 'c.png']) await writeFile(path.join(folder, name), '1');
    await symlink(path.join(folder, 'c.png'), path.join(folder, 'd.png'));
    await symlink(folder, path.join(folder, 'round'));
    expect((await listFolder(folder)).files.map((file) => file.path)).to.deep.equal(['c.png']);
  });

  it('names files and folders that cannot be opened', async () => {
    for (const name of ['open.jpg', 'IMG_0001', 'closed/a.jpg']) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), '1');
    }
    for (const name of ['IMG_0001', 'closed']) await chmod(path.join(folder, name), 0);
    const { files, unreadable } = await asNobody(folder, () => listFolder(folder));
    expect(files.map((file) => file.path)).to.deep.equal(['open.jpg']);
    expect([...unreadable].sort((a, b) => (a.name < b.name ? -1 : 1))).to.deep.equal([
      { name: 'IMG_0001', reason: 'the file cannot be opened' },
      { name: 'closed', reason: 'the folder cannot be opened' },
    ]);
    await chmod(path.join(folder, 'closed'), 0o755);
  });

  it('throws when the folder itself cannot be opened', async () => {
    const missing = await listFolder(path.join(folder, 'missing')).catch((error: unknown) => error);
    expect(missing).to.have.property('code', 'ENOENT');
  });

  it('stops when it is aborted', async () => {
    const stopped = await listFolder(folder, { signal: AbortSignal.abort() }).catch(
      (error: unknown) => error,
    );
    expect(stopped).to.have.property('name', 'AbortError');
  });
});
