import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { defaultCacheDir, modelFolder } from '../../src/models/cache.js';
import { formatBytes } from '../../src/models/hub/disk-space.js';
import { withFolderLock } from '../../src/models/hub/folder-lock.js';
import { LOCK_FILE, readLockFile } from '../../src/models/hub/lock-file.js';
import { rejection } from '../support/rejection.js';

describe('the cache', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'handspring-cache-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lies where each system keeps caches', () => {
    const at = (home: Partial<Parameters<typeof defaultCacheDir>[0]>) =>
      defaultCacheDir({ platform: 'linux', homeFolder: '/home/a', ...home }).replaceAll('\\', '/');
    expect(at({})).to.equal('/home/a/.cache/handspring');
    expect(at({ xdgCacheHome: '/var/cache' })).to.equal('/var/cache/handspring');
    expect(at({ xdgCacheHome: 'relative' })).to.equal('/home/a/.cache/handspring');
    expect(at({ platform: 'darwin' })).to.equal('/home/a/Library/Caches/handspring');
    expect(at({ platform: 'win32', localAppData: 'C:/L' })).to.equal('C:/L/handspring/Cache');
  });

  it('keeps one folder for each repository and revision', () => {
    expect(modelFolder('/c', 'owner/name', 'main').replaceAll('\\', '/')).to.equal(
      '/c/models/owner--name@main',
    );
  });

  it('refuses a lock file it cannot read rather than downloading over it', async () => {
    expect(await readLockFile(folder)).to.equal(undefined);
    for (const text of ['', '{', '{"version":2}', '[]', 'null']) {
      writeFileSync(join(folder, LOCK_FILE), text);
      await rejection(readLockFile(folder), 'mismatch');
    }
  });

  it('lets one at a time work on a folder, in the order of their turns', async () => {
    const order: string[] = [];
    let finish = () => {};
    let begun = () => {};
    const begins = new Promise<void>((resolve) => (begun = resolve));
    const first = withFolderLock(folder, async () => {
      order.push('first begins');
      const told = new Promise<void>((resolve) => (finish = resolve));
      begun();
      await told;
      order.push('first ends');
    });
    await begins;
    const second = withFolderLock(folder, () => Promise.resolve(order.push('second')), {
      pollMs: 5,
      onWait: () => {
        order.push('second waits');
        finish();
      },
    });
    await Promise.all([first, second]);
    expect(order).to.deep.equal(['first begins', 'second waits', 'first ends', 'second']);
  });

  it('takes over the lock of a process that was killed, by its age', async () => {
    const lock = join(folder, '.handspring.lock');
    mkdirSync(lock);
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock, longAgo, longAgo);
    const onWait = () => {
      throw new Error('waited');
    };
    expect(await withFolderLock(folder, () => Promise.resolve('taken'), { onWait })).to.equal('taken');
  });

  it('frees the folder when the work fails', async () => {
    const failing = withFolderLock(folder, () => Promise.reject(new Error('broken')));
    expect(await failing.catch((error: Error) => error.message)).to.equal('broken');
    expect(await withFolderLock(folder, () => Promise.resolve('free'))).to.equal('free');
  });

  it('writes sizes for people', () => {
    expect([0, 999, 1000, 351_685_709, 1_129_469_657].map(formatBytes)).to.deep.equal([
      '0 B',
      '999 B',
      '1.0 kB',
      '351.7 MB',
      '1.1 GB',
    ]);
  });
});
