import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { hashContent, toPhotoId } from '../../../src/photos/identity.js';
import { openPhoto } from '../../../src/photos/index/open-photo.js';
import { makeFolder } from '../../support/folder.js';

const CONTENT = Buffer.from('as good as a photo');
const PHOTO = { id: toPhotoId(hashContent(CONTENT)), name: 'album/a.jpg' };

describe('openPhoto', () => {
  let folder: string;
  let remove: () => Promise<void>;
  const file = () => path.join(folder, PHOTO.name);
  const codeOf = () =>
    openPhoto(folder, PHOTO).then(
      async ({ handle }) => {
        await handle.close();
        return 'opened';
      },
      (error: unknown) => (error as { code: string }).code,
    );

  beforeEach(async () => {
    ({ folder, remove } = await makeFolder({ [PHOTO.name]: CONTENT, 'elsewhere/secret': 'a secret' }));
  });
  afterEach(() => remove());

  it('gives the content that the id stands for', async () => {
    const { handle, bytes } = await openPhoto(folder, PHOTO);
    expect(bytes).to.equal(CONTENT.length);
    expect((await buffer(handle.createReadStream({ start: 0 }))).equals(CONTENT)).to.equal(true);
  });

  it('ends when nobody waits any more, whenever that is', async () => {
    for (let turns = 0; turns < 20; turns++) {
      const caller = new AbortController();
      const opening = openPhoto(folder, PHOTO, caller.signal).then(({ handle }) => handle.close());
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      caller.abort(new Error('gone'));
      // What was opened before that is the caller's.
      const outcome = await opening.catch((error: unknown) => error);
      if (outcome !== undefined) expect(outcome).to.have.property('message', 'gone');
    }
  });

  it('follows no link that has taken its name, not even to the same content', async () => {
    await rename(file(), path.join(folder, 'moved.jpg'));
    await symlink(path.join(folder, 'moved.jpg'), file());
    expect(await codeOf()).to.equal('not_found');
  });

  it('gives nothing of a folder that has taken the place of its own', async () => {
    await rename(path.join(folder, 'album'), path.join(folder, 'before'));
    await symlink(path.join(folder, 'elsewhere'), path.join(folder, 'album'));
    await writeFile(path.join(folder, 'elsewhere/a.jpg'), 'a secret');
    expect(await codeOf()).to.equal('not_found');
  });

  it('gives nothing of a file with other content, and nothing of none', async () => {
    await writeFile(file(), 'another photo now!');
    expect(await codeOf()).to.equal('not_found');
    await rm(file());
    expect(await codeOf()).to.equal('not_found');
  });

  it('waits for no pipe', async () => {
    await rm(file());
    await promisify(execFile)('mkfifo', [file()]);
    expect(await codeOf()).to.equal('not_found');
  });
});
