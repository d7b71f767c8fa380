import { expect } from 'chai';
import sharp from 'sharp';
import { readPhotoFacts, toPhotoId } from '../../src/photos/photo-facts.js';
import { createThumbnail } from '../../src/photos/index/thumbnail.js';
import { createPhoto } from './index/colour-photo.js';

describe('readPhotoFacts', () => {
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    it(`knows size and media type of ${format}`, async () => {
      const facts = await readPhotoFacts(await createPhoto('red', { width: 40, height: 30, format }));
      expect(facts).to.include({ width: 40, height: 30, mediaType: `image/${format}` });
      expect(facts.format.toLowerCase()).to.equal(format);
    });
  }

  it('knows and shows BMP, which sharp cannot read', async () => {
    const bitmap = createBitmap(2, 1, [255, 0, 0]);
    expect(await readPhotoFacts(bitmap)).to.include({
      width: 2,
      height: 1,
      format: 'BMP',
      mediaType: 'image/bmp',
    });
    const { data } = await sharp(await createThumbnail(bitmap, 'thumb'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).to.be.greaterThan(240);
    expect(data[2]).to.be.lessThan(15);
  });

  it('gives the size as a person sees it, turned by the orientation tag', async () => {
    const turned = await sharp(await createPhoto('red', { width: 40, height: 30, format: 'jpeg' }))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await readPhotoFacts(turned)).to.include({ width: 30, height: 40 });
    const thumbnail = await sharp(await createThumbnail(turned, 'thumb')).metadata();
    expect(thumbnail).to.include({ width: 30, height: 40, format: 'webp' });
  });

  it('refuses SVG, which can read files, and what is no image', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    for (const bytes of [svg, Buffer.from('text')]) {
      const error = await readPhotoFacts(bytes).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'invalid_image');
    }
  });
});

describe('toPhotoId', () => {
  it('is the same for the same bytes only', () => {
    expect(toPhotoId(Buffer.from('a'))).to.equal(toPhotoId(Buffer.from('a')));
    expect(toPhotoId(Buffer.from('a'))).not.to.equal(toPhotoId(Buffer.from('b')));
  });
});

describe('createThumbnail', () => {
  it('brings the longest side down to its size and enlarges nothing', async () => {
    const large = await createPhoto('red', { width: 1200, height: 600 });
    expect(await sharp(await createThumbnail(large, 'thumb')).metadata()).to.include({
      width: 560,
      height: 280,
    });
    const small = await createPhoto('red', { width: 20, height: 10 });
    expect(await sharp(await createThumbnail(small, 'large')).metadata()).to.include({
      width: 20,
      height: 10,
    });
  });

  it('refuses what is no image', async () => {
    const error = await createThumbnail(Buffer.from('text'), 'thumb').catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'invalid_image');
  });
});

/** A 24-bit bitmap of one colour. */
function createBitmap(width: number, height: number, [r, g, b]: [number, number, number]): Buffer {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const bitmap = Buffer.alloc(54 + rowBytes * height);
  bitmap.write('BM');
  bitmap.writeUInt32LE(bitmap.length, 2);
  bitmap.writeUInt32LE(54, 10);
  bitmap.writeUInt32LE(40, 14);
  bitmap.writeInt32LE(width, 18);
  bitmap.writeInt32LE(height, 22);
  bitmap.writeUInt16LE(1, 26);
  bitmap.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) bitmap.set([b, g, r], 54 + y * rowBytes + x * 3);
  }
  return bitmap;
}
