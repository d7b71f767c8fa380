import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { openCaptions } from '../../src/photos/captions/captions.js';
import { readHead } from '../../src/photos/media/read-head.js';
import { NoFileError, readWholeFile } from '../../src/core/regular-file.js';
import { reasonOf, walkPhotos } from '../../src/photos/walk.js';
import { makeFolder } from '../support/folder.js';

const UNENDING = '/dev/zero';

describe('a name that stands for no file', function () {
  let folder: string;
  let remove: () => Promise<void>;
  let pipe: string;

  before(async function () {
    if (process.platform === 'win32') this.skip();
    ({ folder, remove } = await makeFolder({ 'a.jpg': 'photo' }));
    pipe = path.join(folder, 'pipe');
    for (const name of [pipe, path.join(folder, 'a.txt')]) execFileSync('mkfifo', [name]);
    await mkdir(path.join(folder, 'folder'));
  });
  after(() => remove?.());

  for (const name of ['pipe', 'folder', UNENDING]) {
    it(`is never waited for nor read: ${name}`, async () => {
      const location = path.resolve(folder, name);
      for (const read of [readWholeFile, readHead]) {
        const error = await read(location).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(NoFileError);
        expect(reasonOf(error)).to.equal('expected a file, received a folder, a pipe or a device');
      }
    });
  }

  it('is passed over as what it is, also where it is given by name', async () => {
    for (const given of [pipe, UNENDING]) {
      const found = [];
      for await (const entry of walkPhotos({ root: path.dirname(given), given: [given] })) found.push(entry);
      expect(found).to.deep.equal([{ kind: 'passed', path: path.basename(given), reason: 'special' }]);
    }
  });

  it('is no caption', async () => {
    const captions = await openCaptions('', folder);
    expect(await captions.of({ path: 'a.jpg', location: path.join(folder, 'a.jpg') })).to.equal(undefined);
  });
});
