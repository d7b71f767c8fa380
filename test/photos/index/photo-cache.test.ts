import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { runArguments } from '../../../src/core/own-module.js';
import { openPhotoCache } from '../../../src/photos/index/photo-cache.js';
import type { ContentCache, PhotoCache, PhotoCacheOptions } from '../../../src/photos/index/photo-cache.js';
import { makeFolder } from '../../support/folder.js';
import { contentOf } from './cached-content.js';

const DAY_MS = 86_400_000;
const FILE = { path: 'a.jpg', location: '/photos/a.jpg', bytes: 9, modifiedMs: 5, inode: '3' };

describe('PhotoCache', () => {
  let folder: string;
  let remove: () => Promise<void>;
  const opened: PhotoCache[] = [];
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({}));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(opened.splice(0).map((cache) => cache.close()));
    await remove();
  });

  async function open(space = 'space', options: PhotoCacheOptions = {}): Promise<PhotoCache & ContentCache> {
    const throwOn = (error: unknown) => {
      throw error;
    };
    const cache = await openPhotoCache(folder, throwOn, options);
    opened.push(cache);
    return Object.assign(cache, cache.contents(space));
  }

  /** Writes all that was noted, and opens what is there as another run does. */
  async function reopen(space?: string, options?: PhotoCacheOptions): Promise<PhotoCache & ContentCache> {
    await Promise.all(opened.splice(0).map((cache) => cache.close()));
    return open(space, options);
  }

  /** Opens and thins what is there so many days after 1970, as another run does. */
  async function openOn(day: number, options: PhotoCacheOptions = {}): Promise<PhotoCache & ContentCache> {
    const cache = await reopen('space', { now: () => day * DAY_MS, ...options });
    await cache.thin();
    return cache;
  }

  /** Starts a process that notes contents; resolves when some hundreds are written. */
  async function startWriter(from: number): Promise<ChildProcess> {
    const script = runArguments(new URL('./cache-writer.js', import.meta.url));
    const child = spawn(process.execPath, [...script, folder, `${from}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (text) => {
        if (Number(`${text}`.trim().split('\n').at(-1)) > from + 500) resolve();
      });
    });
    return child;
  }

  it('gives back contents and refusals in a later run, to the bit', async () => {
    const { hash, content } = contentOf(1);
    const first = await open();
    first.note(hash, content);
    first.note('cd', { refused: 'image: expected another' });
    const later = await reopen();
    expect(later.find(hash)).to.deep.equal(content);
    expect(later.find('cd')).to.deep.equal({ refused: 'image: expected another' });
    expect(later.find('ef')).to.equal(undefined);
  });

  it('knows nothing of what another model made', async () => {
    const { hash, content } = contentOf(1);
    (await open()).note(hash, content);
    expect((await reopen('another space')).find(hash)).to.equal(undefined);
  });

  it('knows a file as long as its place, size, time and inode are the same', async () => {
    (await open()).noteHash(FILE, 'ab');
    const later = await reopen();
    expect(later.hashOf(FILE)).to.equal('ab');
    for (const change of [{ location: '/b.jpg' }, { bytes: 8 }, { modifiedMs: 6 }, { inode: '4' }]) {
      expect(later.hashOf({ ...FILE, ...change }), JSON.stringify(change)).to.equal(undefined);
    }
    expect(later.hashOf({ ...FILE, location: `/${'long/'.repeat(900)}a.jpg` })).to.equal(undefined);
  });

  it('forgets all of it on request', async () => {
    const cache = await open();
    cache.noteHash(FILE, 'ab');
    cache.note(contentOf(1).hash, contentOf(1).content);
    cache.clear();
    expect([cache.hashOf(FILE), cache.find(contentOf(1).hash)]).to.deep.equal([undefined, undefined]);
  });

  it('is whole after processes that wrote at once were killed, and goes on in the process that was not', async () => {
    const cache = await open();
    let noted = 300_000;
    const noting = setInterval(() => {
      cache.note(contentOf(noted).hash, contentOf(noted).content);
      noted++;
    }, 5);
    for (let round = 0; round < 3; round++) {
      const writers = await Promise.all([startWriter(round * 100_000), startWriter(round * 100_000)]);
      await sleep(700 + 100 * round);
      for (const writer of writers) {
        const gone = once(writer, 'exit');
        writer.kill('SIGKILL');
        await gone;
      }
    }
    clearInterval(noting);
    await cache.thin();
    const later = await reopen();
    for (const from of [0, 100_000, 200_000]) {
      let whole = 0;
      for (let n = from; n < from + 5000; n++) {
        const { hash, content } = contentOf(n);
        const found = later.find(hash);
        if (found === undefined) continue;
        expect(found).to.deep.equal(content);
        whole++;
      }
      expect(whole).to.be.above(100);
    }
    for (let n = 300_000; n < noted; n++) {
      expect(later.find(contentOf(n).hash)).to.deep.equal(contentOf(n).content);
    }
    later.note('ab', { refused: 'no' });
    expect((await reopen()).find('ab')).to.deep.equal({ refused: 'no' });
  }).timeout(60_000);

  it('keeps what a run has used within ninety days, and of the rest neither contents nor files', async () => {
    const first = await openOn(1_000);
    for (const n of [1, 2]) first.note(contentOf(n).hash, contentOf(n).content);
    first.noteHash(FILE, 'ab');
    const later = await openOn(1_080);
    expect(later.find(contentOf(1).hash)).to.deep.equal(contentOf(1).content);
    const last = await openOn(1_091);
    expect(last.find(contentOf(1).hash)).to.deep.equal(contentOf(1).content);
    expect(last.find(contentOf(2).hash)).to.equal(undefined);
    expect(last.hashOf(FILE)).to.equal(undefined);
  });

  it('stays within its bound by what was used least lately, and never loses what is in use', async () => {
    const maxBytes = 600_000;
    const noteMany = (cache: ContentCache, from: number) => {
      for (let n = from; n < from + 100; n++) cache.note(contentOf(n).hash, contentOf(n).content);
    };
    const found = (cache: ContentCache, from: number) =>
      Array.from({ length: 100 }, (_, i) => cache.find(contentOf(from + i).hash)).filter(Boolean).length;
    noteMany(await openOn(1_000), 0);
    noteMany(await openOn(1_001), 100);
    noteMany(await openOn(1_050), 200);
    const bounded = await openOn(1_051, { maxBytes });
    expect([found(bounded, 0), found(bounded, 100), found(bounded, 200)]).to.deep.equal([0, 0, 100]);
    const tiny = await openOn(1_052, { maxBytes: 1 });
    expect(found(tiny, 200)).to.equal(100);
    expect(found(await openOn(1_070, { maxBytes: 1 }), 200)).to.equal(0);
  });

  it('thins once a day, whichever process comes first, and takes what it knows no day of for new', async () => {
    const first = await openOn(1_000);
    first.note(contentOf(1).hash, contentOf(1).content);
    const other = await openOn(1_200);
    expect(other.find(contentOf(1).hash)).to.equal(undefined);
    other.note(contentOf(2).hash, contentOf(2).content);
    const [one, two] = [await openOn(1_201), await open('space', { now: () => 1_201 * DAY_MS })];
    await Promise.all([one.thin(), two.thin()]);
    expect(two.find(contentOf(2).hash)).to.deep.equal(contentOf(2).content);
  });

  it('takes no refusal from another reader, and of its contents the vectors alone', async () => {
    const { hash, content } = contentOf(1);
    const first = await open('space', { reader: 1 });
    first.note(hash, content);
    first.note('cd', { refused: 'image: expected another' });
    const later = await reopen('space', { reader: 2 });
    expect(later.find('cd')).to.equal(undefined);
    expect(later.find(hash)).to.deep.equal({ vector: 'vector' in content && content.vector });
    later.note(hash, content);
    expect((await reopen('space', { reader: 2 })).find(hash)).to.deep.equal(content);
  });

  it('refuses a folder that cannot be one', async () => {
    await writeFile(path.join(folder, 'photos'), 'a file in its place');
    await chmod(path.join(folder, 'photos'), 0o400);
    const error = await openPhotoCache(folder, () => undefined).catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'EEXIST');
  });
});
