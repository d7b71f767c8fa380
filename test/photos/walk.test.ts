import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { runArguments } from '../../src/core/own-module.js';
import { MEDIA_KINDS, PHOTO, SOUND, VIDEO } from '../../src/photos/media/kinds.js';
import { resolveSources } from '../../src/photos/sources.js';
import { countPhotos, walkPhotos } from '../../src/photos/walk.js';
import type { Found } from '../../src/photos/walk.js';
import { toLocation } from '../../src/photos/location.js';
import { makeFolder } from '../support/folder.js';
import { createPhoto } from './index/colour-photo.js';

async function walk(
  root: string,
  given: readonly string[] = [root],
  exclude: readonly string[] = [],
): Promise<Found[]> {
  const found: Found[] = [];
  for await (const entry of walkPhotos({ root, given, exclude })) found.push(entry);
  return found;
}

const pathsOf = (found: readonly Found[]) =>
  found.flatMap((entry) => (entry.kind === 'photo' ? [entry.file.path] : [])).sort();

const passedOf = (found: readonly Found[]) =>
  Object.fromEntries(found.flatMap((entry) => (entry.kind === 'passed' ? [[entry.path, entry.reason]] : [])));

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

  it('tells what a WebM is by its content, and counts by its kind what there is no tower for', async () => {
    const webm = (codec: string) => Buffer.from(`\x1a\x45\xdf\xa3 webm ${codec} `, 'latin1');
    const { folder: mixed, remove: clear } = await makeFolder({
      'film.webm': webm('V_VP9 A_OPUS'),
      'song.webm': webm('A_OPUS'),
      'song.m4a': '',
      'film.mp4': '',
      'photo.jpg': '',
    });
    const passedWith = async (how: object) => {
      const found: Found[] = [];
      for await (const entry of walkPhotos({ root: mixed, given: [mixed], ...how })) found.push(entry);
      return passedOf(found);
    };
    expect(await passedWith({ kinds: [PHOTO, SOUND] })).to.deep.equal({
      ...{ 'film.webm': 'video', 'film.mp4': 'video' },
    });
    expect(await passedWith({ kinds: [PHOTO, VIDEO] })).to.deep.equal({
      ...{ 'song.webm': 'audio', 'song.m4a': 'audio' },
    });
    expect(await passedWith({ kinds: [SOUND, VIDEO] })).to.deep.equal({ 'photo.jpg': 'image' });
    expect(Object.keys(await passedWith({ kinds: MEDIA_KINDS, hasFfmpeg: false }))).to.have.length(4);
    await clear();
  });

  it('says of all that it passes over what it is, and why', async () => {
    expect(passedOf(await walk(folder))).to.deep.equal({
      'deep/notes.md': 'other',
      '.hidden.jpg': 'hidden',
      '.cache': 'hidden',
      'link.jpg': 'link',
    });
  });

  it('finds JPEGs by the names that browsers and Windows give, and photos without an extension by their content', async () => {
    const photo = await createPhoto('red');
    const odd = await makeFolder({
      'a.jfif': '',
      'b.JPE': '',
      'c.pjpeg': '',
      'IMG 1. of 2': photo,
      IMG_0001: photo,
      LICENSE: 'text',
      'photo.jpg_original': photo,
    });
    const found = await walk(odd.folder);
    expect(pathsOf(found)).to.deep.equal(['IMG 1. of 2', 'IMG_0001', 'a.jfif', 'b.JPE', 'c.pjpeg']);
    expect(Object.keys(passedOf(found)).sort()).to.deep.equal(['LICENSE', 'photo.jpg_original']);
    const byName = await walk(odd.folder, [path.join(odd.folder, 'photo.jpg_original')]);
    expect(pathsOf(byName)).to.deep.equal(['photo.jpg_original']);
    await odd.remove();
  });

  it('leaves out what is excluded, thumbnails of storage devices, and folders with .nomedia', async () => {
    const made = await makeFolder({
      'a.jpg': '',
      'a.tmp.jpg': '',
      '@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg': '',
      'private/b.jpg': '',
      'app/.nomedia': '',
      'app/c.jpg': '',
    });
    const found = await walk(made.folder, [made.folder], ['*.tmp.jpg', 'private/']);
    expect(pathsOf(found)).to.deep.equal(['a.jpg']);
    const excluded = { '@eaDir': 'excluded', app: 'excluded', private: 'excluded', 'a.tmp.jpg': 'excluded' };
    expect(passedOf(found)).to.deep.equal(excluded);
    expect(pathsOf(await walk(path.join(made.folder, 'app')))).to.deep.equal(['c.jpg']);
    await made.remove();
  });

  it('finds photos whose names are not UTF-8, in folders of such names', async () => {
    const made = await makeFolder({});
    const inside = Buffer.concat([Buffer.from(`${made.folder}/`), Buffer.from('f\xe9te', 'latin1')]);
    await mkdir(inside);
    await writeFile(Buffer.concat([inside, Buffer.from('/caf\xe9.jpg', 'latin1')]), 'photo');
    const [file] = (await walk(made.folder)).flatMap((entry) => (entry.kind === 'photo' ? [entry.file] : []));
    expect(file).to.include({ path: 'f\\xE9te/caf\\xE9.jpg', bytes: 5 });
    expect(await readFile(toLocation(made.folder, file?.path ?? ''), 'utf8')).to.equal('photo');
    await made.remove();
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

  it('has one folder open at a time, however deep they lie', async () => {
    const deep = await makeFolder({ [`${'d/'.repeat(400)}a.jpg`]: '', 'b.jpg': '' });
    const script = runArguments(new URL('./walk-within.js', import.meta.url));
    const command = `ulimit -n 128 && exec "$0" "$@"`;
    const out = execFileSync('sh', ['-c', command, process.execPath, ...script, deep.folder], {
      encoding: 'utf8',
    });
    expect(JSON.parse(out)).to.deep.equal({ photo: 2, folder: 401 });
    await deep.remove();
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
      resolveSources(given, { root }).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    expect(await refusal([path.join(folder, 'xy')], path.join(folder, 'x'))).to.match(/received one outside/);
    expect(await refusal([path.join(folder, 'z')], '')).to.match(
      /expected a folder or a file, received nothing/,
    );
  });
});
