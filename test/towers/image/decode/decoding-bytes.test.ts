import { expect } from 'chai';
import { bytesPerPixel, plainPixels } from '../../../../src/towers/image/decode/decoding-bytes.js';
import { inspectImage } from '../../../../src/towers/image/decode/inspect.js';
import { fixture, NO_LIMITS } from '../reference.js';

describe('what decoding takes', () => {
  const kinds: readonly (readonly [string, number])[] = [
    ['jpeg-420.jpg', 3.5],
    ['jpeg-progressive.jpg', 9.5],
    ['jpeg-ycck-adobe.jpg', 7.5],
    ['png-rgb.png', 3.5],
    ['png-interlaced.png', 11.5],
    ['png-grey-16-bit.png', 5.5],
    ['gif-plain.gif', 5.5],
    ['webp-lossy.webp', 10.5],
    ['tiff-multi-page.tif', 3.5],
    ['bmp-24-bit.bmp', 3.5],
    ['bmp-8-bit.bmp', 4.5],
    ['bmp-rle8.bmp', 5.5],
    ['png-rgba-16-bit.png', 4.5],
    ['webp-lossy-alpha.webp', 11.5],
    ['tiff-orientation-6.tif', 11.5],
    ['avif-420.avif', 25],
    ['heic-420.heic', 16],
    ['heic-10-bit.heic', 16],
    ['heic-alpha.heic', 16],
  ];
  for (const [name, bytes] of kinds) {
    it(`is ${bytes} bytes a pixel for ${name}`, async () => {
      expect(bytesPerPixel(await inspectImage(fixture(name), NO_LIMITS))).to.equal(bytes);
    });
  }

  it('is more for an image that is to be turned, unless its decoder holds all of it anyway', async () => {
    const turned = await inspectImage(fixture('jpeg-exif-6.jpg'), NO_LIMITS, true);
    expect(bytesPerPixel(turned)).to.equal(6.5);
    expect(bytesPerPixel(await inspectImage(fixture('jpeg-exif-6.jpg'), NO_LIMITS, false))).to.equal(3.5);
    expect(bytesPerPixel(await inspectImage(fixture('jpeg-420.jpg'), NO_LIMITS, true))).to.equal(3.5);
    expect(bytesPerPixel({ ...turned, isWhole: true })).to.equal(9.5);
    expect(bytesPerPixel({ ...turned, colours: 'cmyk' })).to.equal(11.5);
    expect(bytesPerPixel({ ...turned, format: 'PNG' })).to.equal(11.5);
    expect(bytesPerPixel({ ...turned, format: 'WebP' })).to.equal(10.5);
    expect(bytesPerPixel({ ...turned, format: 'AVIF' })).to.equal(25);
  });

  it('is told in pixels of a plain JPEG too', () => {
    const size = { width: 100, height: 70 };
    expect(plainPixels({ format: 'JPEG', colours: 'rgb', ...size })).to.equal(7000);
    expect(plainPixels({ format: 'AVIF', colours: 'rgb', ...size })).to.equal(50_000);
  });

  it('bounds the pixels of an image by its format', async () => {
    const limits = { maxBytes: Infinity, maxPixels: 1e6, maxDecodingBytes: 96 * 64 * 25 - 1 };
    const avif = await inspectImage(fixture('avif-420.avif'), limits).catch((error: Error) => error);
    expect(avif).to.have.property(
      'message',
      'expected one of this kind of AVIF with at most 6143 pixels, for the memory there is (MAX_IMAGE_PIXELS), received 96 x 64 (6144)',
    );
    const jpeg = await inspectImage(fixture('jpeg-exif-6.jpg'), limits);
    expect(jpeg.format).to.equal('JPEG');
  });
});
