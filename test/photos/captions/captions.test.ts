import path from 'node:path';
import { expect } from 'chai';
import { openCaptions } from '../../../src/photos/captions/captions.js';
import { UnreadableTextError } from '../../../src/photos/captions/decode-text.js';
import { makeFolder } from '../../support/folder.js';

const FILES = {
  'lists/captions.csv': '\ufefffile,caption\ncat.jpg,"A cat, asleep"\nsub/dog.jpg,A dog\n',
  'lists/captions.json': JSON.stringify([
    { file: '../cat.jpg', captions: ['A cat', 'Another'] },
    { file: 'sub/dog.jpg', caption: 'A dog' },
  ]),
  'lists/map.json': JSON.stringify({ 'cat.jpg': 'From a map' }),
  'lists/columns.csv': 'name,text\ncat.jpg,A cat\n',
  'lists/broken.json': '[',
  'cat.jpg': '',
  'sub/dog.jpg': '',
  'sub/dog.txt': ' A dog beside \n',
  'sub/owl.json': JSON.stringify({ caption: 'An owl' }),
  'sub/fox.json': JSON.stringify({ rating: 5 }),
  'sub/elk.json': '{',
  'lists/latin-1.csv': Buffer.from('file,caption\ncat.jpg,M\xe4dchen\n', 'latin1'),
  'lists/utf-16.csv': Buffer.from('\ufefffile,caption\ncat.jpg,Mädchen\n', 'utf16le'),
  'lists/composed.csv': 'file,caption\nMädchen.jpg,A girl\ncat.jpg,\ngone/fish.jpg,A fish\n',
  'sub/hen.txt': Buffer.from('\ufeffEin Mädchen', 'utf16le'),
  'sub/emu.txt': Buffer.from('M\xe4dchen', 'latin1'),
  'sub/yak.txt/notes': '',
  'sub/log.txt': Buffer.alloc(2 ** 20 + 1, 'word '),
  'sub/novel.txt': 'word '.repeat(20_001),
  'lists/faulty.csv': 'file,caption\ncat.jpg,A cat\nsub/dog.jpg\n',
  'lists/twice.csv':
    'file,caption\ncat.jpg,First\n./cat.jpg,Second\nlists/owl.jpg,Of the root\nowl.jpg,Of none\n',
  [`sub/${'Übung é.txt'.normalize('NFC')}`]: 'composed',
  [`sub/${'Mäuse.json'.normalize('NFD')}`]: JSON.stringify({ caption: 'decomposed' }),
  'sub/IMG_1.TXT': 'in capitals',
};

describe('captions', () => {
  let folder: string;
  let remove: () => Promise<void>;

  before(async () => {
    ({ folder, remove } = await makeFolder(FILES));
  });
  after(() => remove());

  const captionOf = async (name: string, list = '') => {
    const source = await openCaptions(list && path.join(folder, 'lists', list), folder);
    return source.of({ path: name, location: path.join(folder, name) });
  };

  it('come from a CSV list by path below the root, quoted commas and a byte order mark included', async () => {
    expect(await captionOf('cat.jpg', 'captions.csv')).to.equal('A cat, asleep');
  });

  it('come from a JSON list, whose files may be relative to the list; of several the first counts', async () => {
    expect(await captionOf('cat.jpg', 'captions.json')).to.equal('A cat');
    expect(await captionOf('cat.jpg', 'map.json')).to.equal('From a map');
  });

  it('come from a list before a file beside the photo', async () => {
    expect(await captionOf('sub/dog.jpg')).to.equal('A dog beside');
    expect(await captionOf('sub/dog.jpg', 'captions.csv')).to.equal('A dog');
  });

  it('come from a file beside the photo whose name is written otherwise, and means the same', async () => {
    expect(await captionOf(`sub/${'Übung é.jpg'.normalize('NFD')}`)).to.equal('composed');
    expect(await captionOf(`sub/${'Mäuse.jpg'.normalize('NFC')}`)).to.equal('decomposed');
    expect(await captionOf('sub/IMG_1.JPG')).to.equal('in capitals');
  });

  it('come from a JSON file beside the photo; one without a caption is none', async () => {
    expect(await captionOf('sub/owl.jpg')).to.equal('An owl');
    expect(await captionOf('sub/fox.jpg')).to.equal(undefined);
    expect(await captionOf('sub/elk.jpg')).to.equal(undefined);
    expect(await captionOf('sub/gnu.jpg')).to.equal(undefined);
  });

  it('are refused as a whole if the list has other columns or cannot be read', async () => {
    const refusal = (list: string) =>
      captionOf('cat.jpg', list).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    expect(await refusal('columns.csv')).to.equal(
      '--captions: expected the columns file and caption, received name, text',
    );
    expect(await refusal('broken.json')).to.match(/expected a JSON file/);
    expect(await refusal('missing.csv')).to.match(/expected a CSV or JSON file, received .* ENOENT/);
    expect(await refusal('latin-1.csv')).to.match(
      /latin-1.csv: expected UTF-8, or UTF-16 with a byte order mark/,
    );
    expect(await refusal('faulty.csv')).to.equal(
      '--captions: expected a CSV file, received a fault in line 3',
    );
  });

  it('are read in the encoding that a file has, and not guessed at', async () => {
    expect(await captionOf('cat.jpg', 'utf-16.csv')).to.equal('Mädchen');
    expect(await captionOf('sub/hen.jpg')).to.equal('Ein Mädchen');
    const error = await captionOf('sub/emu.jpg').catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UnreadableTextError);
    expect((error as Error).message).to.match(/^the .txt file beside it: expected UTF-8/);
  });

  it('are no longer than the module takes, nor read from a file that can be none', async () => {
    const refusal = (name: string) => captionOf(name).then(String, (error: Error) => error.message);
    expect(await refusal('sub/log.jpg')).to.equal(
      'the .txt file beside it: expected at most 1048576 bytes, received 1048577',
    );
    expect(await refusal('sub/novel.jpg')).to.equal(
      'expected a caption of at most 100000 characters, received 100004',
    );
  });

  it('are none beside a photo whose name leaves no room for a longer ending', async () => {
    expect(await captionOf(`${'n'.repeat(251)}.jpg`)).to.equal(undefined);
    expect(await captionOf(`${'é'.repeat(125)}.jpg`)).to.equal(undefined);
  });

  it('are the first where a list has several for a file, of which none counts as unmatched', async () => {
    const captions = await openCaptions(path.join(folder, 'lists/twice.csv'), folder);
    const of = (name: string) => captions.of({ path: name, location: path.join(folder, name) });
    expect(await of('cat.jpg')).to.equal('First');
    expect(await of('lists/owl.jpg')).to.equal('Of the root');
    expect(captions.unmatched).to.deep.equal(['owl.jpg']);
  });

  it('are none where a folder has the name of a file', async () => {
    expect(await captionOf('sub/yak.jpg')).to.equal(undefined);
  });

  it('are found for names that a Mac has decomposed, and what of the list met no photo is told', async () => {
    const captions = await openCaptions(path.join(folder, 'lists/composed.csv'), folder);
    const name = 'Mädchen.jpg'.normalize('NFD');
    expect(await captions.of({ path: name, location: path.join(folder, name) })).to.equal('A girl');
    expect(captions.unmatched).to.deep.equal(['gone/fish.jpg']);
  });
});
