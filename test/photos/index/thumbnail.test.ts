import { expect } from 'chai';
import sharp from 'sharp';
import { createThumbnail } from '../../../src/photos/index/thumbnail.js';
import { createBitmap } from '../../support/bitmap.js';
import { createPhoto } from './colour-photo.js';

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

  it('turns a photo as its orientation tag says', async () => {
    const turned = await sharp(await createPhoto('red', { width: 40, height: 30, format: 'jpeg' }))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const thumbnail = await sharp(await createThumbnail(turned, 'thumb')).metadata();
    expect(thumbnail).to.include({ width: 30, height: 40, format: 'webp' });
  });

  it('shows BMP, which sharp cannot read', async () => {
    const { data } = await sharp(await createThumbnail(createBitmap(2, 1, [255, 0, 0]), 'thumb'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).to.be.greaterThan(240);
    expect(data[2]).to.be.lessThan(15);
  });
});
