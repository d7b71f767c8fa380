import path from 'node:path';
import { expect } from 'chai';
import { readNamedFile } from '../../../src/cli/embed/named-file.js';
import { sizesOf } from '../../../src/cli/embed/sizes.js';
import { makeFolder } from '../../support/folder.js';

const SIZES = { ...sizesOf({ maxImageBytes: 5, maxSoundSeconds: 1, maxTextChars: 9 }), soundBytes: 7 };

describe('a file by its name', () => {
  let made: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    made = await makeFolder({
      'a.jpg': 'five5',
      'b.jpg': 'sixsix',
      'c.WAV': 'sixsix',
      'd.opus': 'eight888',
      e: '',
    });
  });
  after(() => made.remove());

  const read = (name: string, location = path.join(made.folder, name)) =>
    readNamedFile('file', name, location, SIZES).then(
      ({ modality, content }) => `${modality} ${String((content as Uint8Array).length)}`,
      ({ message }: Error) => message,
    );

  it('is a sound or an image', async () => {
    expect(await read('a.jpg')).to.equal('image 5');
    expect(await read('c.WAV')).to.equal('audio 6');
    expect(await read('e')).to.equal('image 0');
  });

  it('is a video, or in WebM what its tracks are', async () => {
    const tracks = (codec: string) => Buffer.from(`\x1a\x45\xdf\xa3 webm ${codec} `, 'latin1');
    const webm = await makeFolder({
      'a.mp4': 'five5',
      'film.webm': tracks('V_VP9'),
      'song.webm': tracks('A_OPUS'),
    });
    const modalityOf = async (name: string) => {
      const sizes = { ...SIZES, imageBytes: 99, soundBytes: 99 };
      return (await readNamedFile('file', name, path.join(webm.folder, name), sizes)).modality;
    };
    expect(await modalityOf('a.mp4')).to.equal('video');
    expect(await modalityOf('film.webm')).to.equal('video');
    expect(await modalityOf('song.webm')).to.equal('audio');
    await webm.remove();
  });

  it('is refused before it is read where it is larger than one of its kind may be, or no file', async () => {
    expect(await read('b.jpg')).to.equal(
      'file: expected an image of at most 5 bytes (MAX_IMAGE_BYTES), received 6',
    );
    expect(await read('d.opus')).to.equal(
      'file: expected a sound of at most 7 bytes (MAX_SOUND_SECONDS), received 8',
    );
    for (const endless of ['/dev/zero', made.folder])
      expect(await read('a.jpg', endless)).to.equal(
        'file: expected a file, received a folder, a pipe or a device',
      );
  });
});
