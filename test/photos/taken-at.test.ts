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

  it('is unknown without a date and with a broken one', async () => {
    expect(await readTakenAt(await photo())).to.equal(undefined);
    expect(await readTakenAt(await photo({ DateTimeOriginal: '0000:00:00 soon' }))).to.equal(undefined);
  });
});
