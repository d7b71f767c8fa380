import { expect } from 'chai';
import { HandspringError } from '../../../../src/core/errors.js';
import type { ImageHeader } from '../../../../src/towers/image/decode/inspect.js';
import { inspectImage, MAX_SIDE } from '../../../../src/towers/image/decode/inspect.js';
import { INVALID_IMAGE_REASONS } from '../../../../src/towers/image/decode/invalid-image.js';
import { crc32 } from '../../../support/crc32.js';
import { fixture, NO_LIMITS } from '../reference.js';

const EXPECTED = 'expected a JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF or HEIC image';

describe('inspectImage', () => {
  const formats: readonly (readonly [string, ImageHeader])[] = [
    ['jpeg-420.jpg', { format: 'JPEG', width: 300, height: 220, colours: 'rgb' }],
    ['jpeg-exif-6.jpg', { format: 'JPEG', width: 61, height: 45, colours: 'rgb' }],
    ['jpeg-ycck-adobe.jpg', { format: 'JPEG', width: 150, height: 110, colours: 'cmyk' }],
    ['png-rgba.png', { format: 'PNG', width: 70, height: 50, colours: 'rgb' }],
    ['png-grey-16-bit.png', { format: 'PNG', width: 70, height: 50, colours: 'grey16' }],
    ['png-grey-alpha-16-bit.png', { format: 'PNG', width: 70, height: 50, colours: 'rgb', heldBytes: 1 }],
    ['webp-animated.webp', { format: 'WebP', width: 66, height: 46, colours: 'rgb' }],
    ['gif-frame-beyond-canvas.gif', { format: 'GIF', width: 85, height: 63, colours: 'rgb' }],
    ['tiff-multi-page.tif', { format: 'TIFF', width: 50, height: 40, colours: 'rgb' }],
    ['tiff-rgb-16-bit-big-endian.tif', { format: 'TIFF', width: 90, height: 66, colours: 'rgb' }],
    ['bmp-top-down.bmp', { format: 'BMP', width: 75, height: 52, colours: 'rgb' }],
    ['avif-420.avif', { format: 'AVIF', width: 96, height: 64, colours: 'rgb' }],
    // As coded; the file says what of it is to be cut off.
    ['heic-420.heic', { format: 'HEIC', width: 64, height: 64, colours: 'rgb' }],
  ];
  for (const [name, header] of formats) {
    it(`tells the format, the size and the colours of ${name}`, async () => {
      expect(await inspectImage(fixture(name), NO_LIMITS)).to.deep.equal(header);
    });
  }

  it('says that there were no bytes', async () => {
    const error = await refusal(new Uint8Array(0));
    expect(error.message).to.equal(`${EXPECTED}, received no bytes`);
    expect(error).to.include({ code: 'invalid_image', reason: 'empty' });
  });

  it('counts the bytes of an unknown format, and shows none of them', async () => {
    const error = await refusal(Buffer.from('hello world!'));
    expect(error.message).to.equal(`${EXPECTED}, received 12 bytes of unknown format`);
    expect(error).to.include({ code: 'invalid_image', reason: 'unknown_format' });
    expect(error.about('images[3]').message).to.match(/^images\[3\]: expected a JPEG/);
  });

  const named: readonly (readonly [string, string])[] = [
    ['a JPEG XL image', '\xff\x0a\xfa\x7f'],
    ['a JPEG XL image', '\0\0\0\x0cJXL \r\n\x87\n'],
    ['a JPEG 2000 image', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['a Photoshop document', '8BPS\0\x01'],
    ['an Apple icon', 'icns\0\0\x01\0'],
    ['a Windows cursor', '\0\0\x02\0\x01\0'],
    ['a PCX image', '\x0a\x05\x01\x08'],
    ['a bitmap without the header of a BMP file', '\x28\0\0\0\x02\0\0\0'],
    ['a DICOM file', `${'x'.repeat(128)}DICM`],
    ['an X bitmap', '#define cat_width 16'],
    ['a Windows icon', '\0\0\x01\0\x01\0\x10\x10'],
    ['a TGA image', '\0\0\x02\0\0\0\0\0\0\0'],
    ['a TGA image', '\0\x01\x01\0\0\0\x01\x18TRUEVISION-XFILE.\0'],
    ['a PNM image', 'P6 1 1 255\nabc'],
    ['a raw photo of a Canon camera', '\0\0\0\x18ftypcrx \0\0\0\x01crx isom'],
    ['a film', '\0\0\0\x18ftypisom\0\0\x02\0isomavc1'],
    ['an SVG drawing', '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>'],
    ['an SVG drawing', '<?xml version="1.0"?>\n<!-- a comment --><SVG/>'],
    ['an XML document', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'],
    ['an HTML page', '\n<!DOCTYPE html><html><body>404</body></html>'],
    ['a JSON document', '{"error": "not found"}'],
    ['a PDF document', '%PDF-1.7\n1 0 obj\n'],
    [
      'a Git LFS pointer, which stands for a file that was not fetched',
      'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    ],
    ['base64 text of an image, encoded twice', '/9j/4AAQSkZJRgABAQ'],
    ['a data URI', 'data:image/png;base64,iVBORw0KGgo'],
    ['4096 bytes that begin with zeros', '\0'.repeat(4096)],
  ];
  for (const [what, content] of named) {
    it(`names ${what} before any decoder sees it`, async () => {
      const error = await refusal(Buffer.from(content, 'latin1'));
      expect(error).to.include({ code: 'invalid_image', reason: 'unsupported' });
      expect(error.message).to.equal(`${EXPECTED}, received ${what}`);
    });
  }

  const unknown: readonly (readonly [string, string])[] = [
    ['text that begins like a bitmap', 'BMW builds cars, and other things besides.'],
    ['one byte', '\xff'],
  ];
  for (const [name, content] of unknown) {
    it(`refuses ${name}`, async () => {
      const error = await refusal(Buffer.from(content, 'latin1'));
      expect(error).to.include({ code: 'invalid_image', reason: 'unknown_format' });
    });
  }

  for (const [format, beginning] of [
    ['JPEG', '\xff\xd8'],
    ['PNG', '\x89PNG\r'],
    ['GIF', 'GIF'],
    ['TIFF', 'MM\0'],
  ] as const) {
    it(`says of a few bytes that begin like a ${format} that it ends early`, async () => {
      const error = await refusal(Buffer.from(beginning, 'latin1'));
      expect(error).to.include({ code: 'invalid_image', reason: 'truncated' });
      expect(error.message).to.equal(`expected a complete ${format} image, received one that ends early`);
    });
  }

  it('takes AVIF whose brand stands among the compatible ones only', async () => {
    const bytes = Buffer.from(fixture('avif-444.avif'));
    expect(bytes.toString('latin1', 8, 12)).to.equal('avif');
    bytes.write('mif1', 8, 'latin1');
    expect(bytes.toString('latin1', 16, bytes.readUInt32BE(0))).to.include('avif');
    expect(await inspectImage(bytes, NO_LIMITS)).to.include({ format: 'AVIF', width: 96, height: 64 });
  });

  it('refuses too many bytes without looking at them', async () => {
    const error = await refusal(new Uint8Array(1001), { maxBytes: 1000, maxPixels: 1000 });
    expect(error.code).to.equal('payload_too_large');
    expect(error.message).to.equal(
      'expected an image of at most 1000 bytes (MAX_IMAGE_BYTES), received 1001',
    );
  });

  it("refuses more pixels than allowed by the header alone, at Pillow's own limit", async () => {
    const limits = { maxBytes: 1000, maxPixels: 178_956_970 };
    expect(await inspectImage(pngHeader(13_377, 13_377), limits)).to.include({ width: 13_377 });
    const error = await refusal(pngHeader(13_378, 13_377), limits);
    expect(error).to.include({ code: 'invalid_image', reason: 'too_many_pixels' });
    expect(error.message).to.equal(
      'expected an image of at most 178956970 pixels (MAX_IMAGE_PIXELS), received 13378 x 13377 (178957506)',
    );
  });

  it('counts the pixels of a GIF and of a BMP, which it decodes itself', async () => {
    const limits = { maxBytes: 100_000, maxPixels: 1000 };
    for (const name of ['gif-plain.gif', 'bmp-24-bit.bmp']) {
      expect(await refusal(fixture(name), limits)).to.include({ reason: 'too_many_pixels' });
    }
  });

  it('refuses a side longer than any photo has, however few the pixels', async () => {
    expect(await inspectImage(pngHeader(MAX_SIDE, 1), NO_LIMITS)).to.include({ width: MAX_SIDE });
    const error = await refusal(pngHeader(1, MAX_SIDE + 1));
    expect(error.message).to.equal('expected an image of at most 65535 pixels a side, received 1 x 65536');
    expect(error.reason).to.equal('too_many_pixels');
  });

  for (const name of ['jpeg-420.jpg', 'png-rgb.png', 'webp-lossy.webp', 'gif-plain.gif', 'bmp-24-bit.bmp']) {
    it(`says that ${name} ends early when it is cut within its header`, async () => {
      const error = await refusal(fixture(name).subarray(0, 22));
      expect(error).to.include({ code: 'invalid_image', reason: 'truncated' });
      expect(error.message).to.match(/^expected a complete \w+ image, received one that ends early$/);
    });
  }

  it('says that a complete file with a broken header is broken', async () => {
    const bytes = Buffer.from(fixture('png-rgb.png'));
    bytes.writeUInt8(77, 25);
    const error = await refusal(bytes);
    expect(error).to.include({ code: 'invalid_image', reason: 'corrupt' });
    expect(error.message).to.equal('expected a readable PNG image, received one with broken data');
  });

  it('names its reasons in one closed list', () => {
    expect(INVALID_IMAGE_REASONS).to.include.members(['empty', 'truncated', 'corrupt']);
  });
});

async function refusal(bytes: Uint8Array, limits = NO_LIMITS): Promise<HandspringError> {
  try {
    await inspectImage(bytes, limits);
  } catch (error) {
    if (error instanceof HandspringError) return error;
    throw error;
  }
  throw new Error('the image was not refused');
}

/** A PNG of which only the first chunk and the beginning of the pixels are there, which is all that a header needs. */
function pngHeader(width: number, height: number): Buffer {
  const bytes = Buffer.from(fixture('png-one-pixel.png'));
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}
