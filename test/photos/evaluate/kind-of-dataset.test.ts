import path from 'node:path';
import { expect } from 'chai';
import { kindOfDataset } from '../../../src/photos/evaluate/kind-of-dataset.js';
import { PHOTO, SOUND } from '../../../src/photos/media/kinds.js';
import { makeFolder } from '../../support/folder.js';
import { rejectionOf } from '../../support/rejection.js';
import { pcm16, wavFile } from '../../towers/audio/wav-file.js';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

describe('the kind of a dataset', () => {
  let folder: string;
  let remove: () => Promise<void>;
  before(async () => {
    const sound = wavFile(pcm16([0, 0.5]));
    ({ folder, remove } = await makeFolder({ 'a.jpg': JPEG, 'b.jpg': sound, 'c.wav': sound, 'd.txt': 'no' }));
  });
  after(() => remove());

  const files = (...names: string[]) =>
    names.map((name) => ({ file: path.join(folder, name), captions: [] }));

  it('is told by what the files hold, and not by their names', async () => {
    expect(await kindOfDataset(files('a.jpg'))).to.equal(PHOTO);
    expect(await kindOfDataset(files('b.jpg', 'c.wav'))).to.equal(SOUND);
  });

  it('is that of the others where a file is of none, which its tower will refuse', async () => {
    expect(await kindOfDataset(files('d.txt', 'c.wav'))).to.equal(SOUND);
  });

  it('is refused where there are two, and where a file is not there', async () => {
    expect((await rejectionOf(kindOfDataset(files('a.jpg', 'c.wav')))).message).to.match(
      /^captions\.json: expected files of one kind, received .*a\.jpg, a photo, and .*c\.wav, a sound$/,
    );
    expect((await rejectionOf(kindOfDataset(files('e.wav')))).message).to.match(/e\.wav: ENOENT/);
  });
});
