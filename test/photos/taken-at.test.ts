import { expect } from 'chai';
import sharp from 'sharp';
import { readPhotoFacts } from '../../src/photos/facts.js';

function photo(tags?: Record<string, string>): Promise<Buffer> {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } }).jpeg();
  return (tags ? image.withExif({ IFD2: tags }) : image).toBuffer();
}

const readTakenAt = async (bytes: Buffer) => (await readPhotoFacts(bytes)).takenAt;

describe('when a photo was taken', () => {
  it('is read from its EXIF data, as UTC where no offset stands beside it', async () => {
    const taken = await readTakenAt(await photo({ DateTimeOriginal: '2019:07:14 18:30:05' }));
    expect(taken?.toISOString()).to.equal('2019-07-14T18:30:05.000Z');
  });

  it('follows the offset that newer cameras write', async () => {
    const east = await photo({ DateTimeOriginal: '2019:07:14 18:30:05', OffsetTimeOriginal: '+05:30' });
    const west = await photo({ DateTimeOriginal: '2019:07:14 18:30:05', OffsetTimeOriginal: '-03:00' });
    expect((await readTakenAt(east))?.toISOString()).to.equal('2019-07-14T13:00:05.000Z');
    expect((await readTakenAt(west))?.toISOString()).to.equal('2019-07-14T21:30:05.000Z');
  });

  it('is unknown without a date, and for one that no calendar has', async () => {
    expect(await readTakenAt(await photo())).to.equal(undefined);
    for (const DateTimeOriginal of [
      '0000:00:00 soon',
      '0000:00:00 00:00:00', // a camera without a clock
      '2019:13:14 18:30:05',
      '2019:02:30 18:30:05',
      '2019:07:14 25:30:05',
      '0001:01:01 00:00:00',
    ]) {
      expect(await readTakenAt(await photo({ DateTimeOriginal })), DateTimeOriginal).to.equal(undefined);
    }
  });

  it('is taken as UTC beside an offset that there is not, and unknown past the last year that JSON has', async () => {
    const late = '9999:12:31 23:30:00';
    const offsets: [time: string, offset: string, taken: string | undefined][] = [
      ['2019:07:14 18:30:05', '+99:99', '2019-07-14T18:30:05.000Z'],
      ['2019:07:14 18:30:05', '+15:00', '2019-07-14T18:30:05.000Z'],
      [late, '+01:00', '9999-12-31T22:30:00.000Z'],
      [late, '-01:00', undefined],
    ];
    for (const [DateTimeOriginal, OffsetTimeOriginal, taken] of offsets) {
      const found = await readTakenAt(await photo({ DateTimeOriginal, OffsetTimeOriginal }));
      expect(found?.toISOString(), `${DateTimeOriginal}${OffsetTimeOriginal}`).to.equal(taken);
    }
  });
});
