import { rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { resolveSources } from '../../src/photos/sources.js';
import { countPhotos, walkPhotos } from '../../src/photos/walk.js';
import type { Found } from '../../src/photos/walk.js';
import { makeFolder } from '../support/folder.js';

async function walk(root: string, given: readonly string[] = [root]): Promise<Found[]> {
  const found: Found[] = [];
  for await (const entry of walkPhotos({ root, given })) found.push(entry);
  return found;
}

const pathsOf = (found: readonly Found[]) =>
  found.flatMap((entry) => (entry.kind === 'photo' ? [entry.file.path] : [])).sort();

describe('the walk over photos', () => {
  let folder: string;
  let remove: () => Promise<void>;

  before(async () => {
    ({ folder, remove } = await makeFolder({
      'a.jpg': 'aaaa',
      'deep/er/b.PNG': 'b',
      'deep/notes.md': '',
      '.hidden.jpg': '',
      '.cache/c.jpg': '',
      'phone.heic': 'h',
    }));
    await symlink(path.join(folder, 'a.jpg'), path.join(folder, 'link.jpg'));
  });
  after(() => remove());

  it('finds photos by their names, below the root, with their size and time of change', async () => {
    const found = await walk(folder);
    expect(pathsOf(found)).to.deep.equal(['a.jpg', 'deep/er/b.PNG', 'phone.heic']);
    const [photo] = found.flatMap((entry) =>
      entry.kind === 'photo' && entry.file.path === 'a.jpg' ? [entry.file] : [],
    );
    expect(photo).to.include({ bytes: 4, location: path.join(folder, 'a.jpg') });
    expect(photo?.modifiedMs).to.satisfy(Number.isInteger);
  });

  it('counts other files and passes over hidden ones and links', async () => {
    const kinds = (await walk(folder)).map(({ kind }) => kind).sort();
    expect(kinds).to.deep.equal(['folder', 'folder', 'folder', 'other', 'photo', 'photo', 'photo']);
  });

  it('reports what is not there instead of ending', async () => {
    const [found] = await walk(folder, [path.join(folder, 'gone.jpg')]);
    expect(found).to.deep.include({
      kind: 'unreadable',
      path: 'gone.jpg',
      folder: false,
      reason: 'the file system answered ENOENT',
    });
  });

  it('streams a folder: what goes while it walks was not listed before', async () => {
    const names = Array.from({ length: 4000 }, (_, i) => `${i}.jpg`);
    const many = await makeFolder(Object.fromEntries(names.map((name) => [name, ''])));
    const photos = walkPhotos({ root: many.folder, given: [many.folder] });
    await photos.next();
    await Promise.all(names.map((name) => rm(path.join(many.folder, name))));
    // The system hands out names by the buffer, some hundreds at a time.
    const rest: Found[] = [];
    for await (const found of photos) rest.push(found);
    expect(rest.length).to.be.below(2500);
    await many.remove();
  });

  it('counts what it will find', async () => {
    const sources = { root: folder, given: [folder, path.join(folder, 'a.jpg')] };
    expect(await countPhotos(sources, new AbortController().signal)).to.equal(4);
  });
});

describe('the root of an import', () => {
  let folder: string;
  let remove: () => Promise<void>;

  before(async () => {
    ({ folder, remove } = await makeFolder({ 'x/a.jpg': '', 'x/y/b.jpg': '', 'xy/c.jpg': '' }));
  });
  after(() => remove());

  const rootOf = async (...given: string[]) =>
    path.relative(folder, (await resolveSources(given.map((entry) => path.join(folder, entry)))).root);

  it('is the folder given, or the one of the file given', async () => {
    expect(await rootOf('x')).to.equal('x');
    expect(await rootOf('x/y/b.jpg')).to.equal(path.join('x', 'y'));
  });

  it('is the deepest folder that holds all that is given', async () => {
    expect(await rootOf('x/y', 'x/a.jpg')).to.equal('x');
    expect(await rootOf('x', 'xy')).to.equal('');
  });

  it('is refused if something given lies outside of it, or is not there', async () => {
    const refusal = async (given: string[], root: string) =>
      resolveSources(given, root).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    expect(await refusal([path.join(folder, 'xy')], path.join(folder, 'x'))).to.match(/received one outside/);
    expect(await refusal([path.join(folder, 'z')], '')).to.match(
      /expected a folder or a file, received nothing/,
    );
  });
});
