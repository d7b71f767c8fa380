import { expect } from 'chai';
import sharp from 'sharp';
import { readPhotoFacts } from '../../src/photos/facts.js';
import { formatOf, PHOTO } from '../../src/photos/media/kinds.js';
import { createBitmap } from '../support/bitmap.js';
import { createPhoto } from './index/colour-photo.js';

describe('what a photo tells of itself', () => {
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    it(`is the size, shape and format of ${format}`, async () => {
      const photo = await createPhoto('red', { width: 40, height: 30, format });
      const facts = await readPhotoFacts(photo);
      expect(facts).to.include({ width: 40, height: 30, shape: 'landscape' });
      expect(facts.format?.toLowerCase()).to.equal(format);
      expect(formatOf(photo, PHOTO).mediaType).to.equal(`image/${format}`);
    });
  }

  it('is that of a BMP too, which sharp cannot read', async () => {
    const facts = await readPhotoFacts(createBitmap(2, 1, [255, 0, 0]));
    expect(facts).to.deep.equal({ format: 'BMP', width: 2, height: 1, shape: 'landscape' });
  });

  it('is the size as a person sees it, turned by the orientation tag', async () => {
    const turned = await sharp(await createPhoto('red', { width: 40, height: 30, format: 'jpeg' }))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    expect(await readPhotoFacts(turned)).to.include({ width: 30, height: 40, shape: 'portrait' });
  });

  it('is nothing for SVG, which can read files, and for what is no image', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    for (const bytes of [svg, Buffer.from('text')]) {
      expect(await readPhotoFacts(bytes)).to.deep.equal({});
      expect(() => formatOf(bytes, PHOTO))
        .to.throw('expected a photo')
        .with.property('code', 'invalid_image');
    }
  });

  it('is its format alone where the header is cut', async () => {
    const cut = (await createPhoto('red', { width: 40, height: 30, format: 'png' })).subarray(0, 12);
    expect(await readPhotoFacts(cut)).to.deep.equal({ format: 'PNG' });
  });
});
