import { expect } from 'chai';
import sharp from 'sharp';
import { readPhotoFacts, toPhotoId } from '../../src/search/photo-facts.js';
import { createThumbnail } from '../../src/search/thumbnail.js';
import { createPhoto } from './colour-photo.js';

describe('readPhotoFacts', () => {
  for (const format of ['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const) {
    it(`knows size and media type of ${format}`, async () => {
      const facts = await readPhotoFacts(await createPhoto('red', { width: 40, height: 30, format }));
      expect(facts).to.include({ width: 40, height: 30, format, mediaType: `image/${format}` });
    });
  }

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
