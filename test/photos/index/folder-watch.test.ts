import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { FolderWatch } from '../../../src/photos/index/folder-watch.js';
import { makeFolder } from '../../support/folder.js';

describe('FolderWatch', () => {
  let folder: string;
  let remove: () => Promise<void>;
  let watch: FolderWatch;
  let changes: number;

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({}));
    changes = 0;
    watch = new FolderWatch(folder, () => changes++);
    watch.follow(['']);
  });
  afterEach(async () => {
    watch.close();
    await remove();
  });

  const write = () => writeFile(path.join(folder, 'a.jpg'), 'a');

  it('calls once for changes that come together', async () => {
    for (let n = 0; n < 5; n++) await write();
    await sleep(700);
    expect(changes).to.equal(1);
  });

  it('does not wait for ever where something changes all the time', async () => {
    const began = performance.now();
    while (changes === 0 && performance.now() - began < 8000) {
      await write();
      await sleep(100);
    }
    expect(changes).to.equal(1);
  }).timeout(10_000);
});
