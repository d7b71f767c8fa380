import { expect } from 'chai';
import sharp from 'sharp';
import type { ThumbnailSize } from '../../../src/photos/index/thumbnail.js';
import { createThumbnail } from '../../../src/photos/index/thumbnail.js';
import { decodeImage } from '../../../src/towers/image/decode/decode.js';
import { inspectImage } from '../../../src/towers/image/decode/inspect.js';
import { createBitmap } from '../../support/bitmap.js';
import { fixture as pixelFixture } from '../../towers/image/reference.js';
import { createPhoto } from './colour-photo.js';

const LIMITS = { maxBytes: 1_000_000, maxPixels: 1_000_000 };

async function makeThumbnail(bytes: Uint8Array, size: ThumbnailSize): Promise<Uint8Array> {
  return createThumbnail(bytes, await inspectImage(bytes, LIMITS, true), size);
}

describe('createThumbnail', () => {
  it('brings the longest side down to its size and enlarges nothing', async () => {
    const large = await createPhoto('red', { width: 1200, height: 600 });
    expect(await sharp(await makeThumbnail(large, 'thumb')).metadata()).to.include({
      width: 560,
      height: 280,
    });
    const small = await createPhoto('red', { width: 20, height: 10 });
    expect(await sharp(await makeThumbnail(small, 'large')).metadata()).to.include({
      width: 20,
      height: 10,
    });
  });

  it('refuses what is no image', async () => {
    const error = await makeThumbnail(Buffer.from('text'), 'thumb').catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'invalid_image');
  });

  it('turns a photo as its orientation tag says', async () => {
    const turned = await sharp(await createPhoto('red', { width: 40, height: 30, format: 'jpeg' }))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const thumbnail = await sharp(await makeThumbnail(turned, 'thumb')).metadata();
    expect(thumbnail).to.include({ width: 30, height: 40, format: 'webp' });
  });

  it('shows BMP, which sharp cannot read', async () => {
    const { data } = await sharp(await makeThumbnail(createBitmap(2, 1, [255, 0, 0]), 'thumb'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).to.be.greaterThan(240);
    expect(data[2]).to.be.lessThan(15);
  });

  const odd: readonly (readonly [string, Buffer])[] = [
    ['HEIC, which sharp has no decoder for', pixelFixture('heic-420.heic')],
    [
      'an AVIF film',
      Buffer.from(pixelFixture('avif-444.avif').toString('latin1').replace('avif', 'avis'), 'latin1'),
    ],
    ['an AVIF that asks for a turn', pixelFixture('avif-exif-6.avif')],
    ['a GIF that ends after its last pixel', pixelFixture('gif-plain.gif').subarray(0, -2)],
    ['a PNG with a wrong checksum', withWrongChecksum(pixelFixture('png-rgb.png'))],
    ['the first page of a TIFF', pixelFixture('tiff-multi-page.tif')],
  ];
  for (const [what, bytes] of odd) {
    it(`shows ${what}, as the model takes it`, async () => {
      const { data, info } = await sharp(await makeThumbnail(bytes, 'thumb'))
        .removeAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const seen = await decodeImage(bytes, await inspectImage(bytes, LIMITS, true), { orient: true });
      expect([info.width, info.height]).to.deep.equal([seen.width, seen.height]);
      expect(meanDifference(data, seen.data)).to.be.lessThan(12);
    });
  }

  it('shows what the model reads, although the file has a fault', async () => {
    const photo = await createPhoto('blue', { width: 64, height: 64, format: 'jpeg' });
    // Zeros before a marker, which cameras leave: sharp's own default refuses them.
    const sos = photo.indexOf(Buffer.from([0xff, 0xda]));
    const faulty = Buffer.concat([photo.subarray(0, sos), Buffer.alloc(4), photo.subarray(sos)]);
    const strict = await sharp(faulty)
      .toBuffer()
      .catch((error: unknown) => error);
    expect(strict).to.be.instanceOf(Error);
    expect(await sharp(await makeThumbnail(faulty, 'thumb')).metadata()).to.include({
      width: 64,
      height: 64,
    });
  });
});

function withWrongChecksum(png: Buffer): Buffer {
  const start = png.indexOf('IDAT') + 4;
  const bytes = Buffer.from(png);
  bytes.writeUInt32BE(0, start + bytes.readUInt32BE(start - 8));
  return bytes;
}

function meanDifference(some: Uint8Array, others: Uint8Array): number {
  return some.reduce((sum, value, i) => sum + Math.abs(value - others[i]!), 0) / some.length;
}
