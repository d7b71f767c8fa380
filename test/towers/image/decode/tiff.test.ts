import { expect } from 'chai';
import type { HandspringError } from '../../../../src/core/errors.js';
import { cmykToRgb } from '../../../../src/towers/image/decode/cmyk.js';
import { decodeImage } from '../../../../src/towers/image/decode/decode.js';
import { bytesPerPixel } from '../../../../src/towers/image/decode/decoding-bytes.js';
import { inspectImage } from '../../../../src/towers/image/decode/inspect.js';
import { asPillowReads } from '../../../../src/towers/image/decode/tiff/as-pillow.js';
import { pageTags, tiffFile } from '../../../support/tiff-file.js';
import { fixture, NO_LIMITS } from '../reference.js';

/** Four pixels of CMYK: red, green, blue, and half of each ink. */
const INKS = [
  [0, 255, 255, 0],
  [255, 0, 255, 0],
  [255, 255, 0, 0],
  [128, 128, 128, 128],
];
const RGB = cmykToRgb(Uint8Array.from(INKS.flat()));

describe('TIFF', () => {
  it('of 16-bit CMYK is taken by the higher bytes, as in Pillow', async () => {
    const samples = INKS.flat().flatMap((ink) => [17, ink]);
    const tags = pageTags([4, 1], { samples: 4, bits: 16, photometric: 5 });
    expect(await decode(tiffFile([{ ...tags, strips: [Buffer.from(samples)] }]))).to.deep.equal(RGB);
  });

  it('of CMYK and a spot colour is taken without the spot colour, as in Pillow', async () => {
    const samples = INKS.flatMap((inks) => [...inks, 99]);
    const tags = pageTags([4, 1], { samples: 5, photometric: 5 });
    expect(await decode(tiffFile([{ ...tags, strips: [Buffer.from(samples)] }]))).to.deep.equal(RGB);
  });

  it('of planes counts as what is held of them', async () => {
    const strips = [Buffer.alloc(6), Buffer.alloc(6), Buffer.alloc(6)];
    const planes = tiffFile([{ ...pageTags([3, 2], { planes: 2 }), strips }]);
    expect(bytesPerPixel(await inspectImage(planes, NO_LIMITS))).to.equal(3.5 + 2 * 3);
    const deep = pageTags([3, 2], { planes: 2, samples: 4, bits: 16 });
    const four = tiffFile([{ ...deep, strips: Array<Buffer>(4).fill(Buffer.alloc(12)) }]);
    expect(bytesPerPixel(await inspectImage(four, NO_LIMITS))).to.equal(3.5 + 2 * 8);
  });

  const unsupported: readonly (readonly [
    string,
    Parameters<typeof pageTags>[1],
    Record<number, number[]>,
  ])[] = [
    ['CIE L*a*b* colours', { photometric: 8 }, {}],
    ["a sensor's raw colours", { samples: 1, photometric: 32803 }, {}],
    ['12 bits', { samples: 1, bits: 12, photometric: 1 }, {}],
    ['32 bits', { samples: 1, bits: 32, photometric: 1 }, {}],
    ['signed numbers', { samples: 1, photometric: 1 }, { 339: [2] }],
    ['floating-point numbers', { samples: 1, bits: 32, photometric: 1 }, { 339: [3] }],
    ['old-style JPEG', { compression: 6 }, {}],
    ['LZMA', { compression: 34925 }, {}],
    ['Zstandard', { compression: 50000 }, {}],
    ['6', { samples: 6, photometric: 5 }, {}],
    ['YCbCr colours without JPEG', { photometric: 6 }, {}],
    ['YCbCr colours without JPEG', { photometric: 6, compression: 5 }, {}],
    ['4 bits', { bits: 4 }, {}],
    ['2 bits', { bits: 2, photometric: 5, samples: 4 }, {}],
    ['tiles of each colour', { planes: 2 }, { 322: [16], 323: [16] }],
  ];
  for (const [kind, options, shorts] of unsupported) {
    it(`of ${kind} is refused by that name, not as broken`, async () => {
      const tags = pageTags([1, 1], options);
      const bytes = tiffFile([
        { ...tags, shorts: { ...tags.shorts, ...shorts }, strips: [Buffer.alloc(32)] },
      ]);
      const error = await refusal(bytes);
      expect(error).to.include({ code: 'invalid_image', reason: 'unsupported' });
      expect(error.message)
        .to.match(/^expected a TIFF image of /)
        .and.to.include(`, received one of ${kind}`);
    });
  }

  it('of many pages is given to the decoder as its first page alone', async () => {
    const page = { ...pageTags([1, 1]), strips: [Buffer.from([1, 2, 3])] };
    const alone = tiffFile([page]);
    expect(asPillowReads(alone)).to.equal(alone);
    const many = tiffFile(Array.from({ length: 300 }, () => page));
    const first = asPillowReads(many);
    expect(asPillowReads(first)).to.equal(first);
    expect(await decode(many)).to.deep.equal(Uint8Array.from([1, 2, 3]));
    expect(asPillowReads(fixture('tiff-multi-page.tif'))).to.not.deep.equal(fixture('tiff-multi-page.tif'));
  });

  for (const orientation of [0, 9, 65535]) {
    it(`of orientation ${orientation}, which is none, is not turned, as in Pillow`, async () => {
      const tags = pageTags([2, 1]);
      const pixels = [1, 2, 3, 4, 5, 6];
      const turned = tiffFile([
        { ...tags, shorts: { ...tags.shorts, 274: [orientation] }, strips: [Buffer.from(pixels)] },
      ]);
      expect(await inspectImage(turned, NO_LIMITS)).to.not.have.property('isTurned');
      expect(await decode(turned)).to.deep.equal(Uint8Array.from(pixels));
    });
  }

  it('of 16-bit grey is clipped and not turned about where white is zero, as in Pillow', async () => {
    const samples = Buffer.from(Uint16Array.of(0, 7, 255, 300).buffer);
    const [dark, bright] = [
      pageTags([4, 1], { samples: 1, bits: 16, photometric: 1 }),
      pageTags([4, 1], { samples: 1, bits: 16, photometric: 0 }),
    ];
    for (const tags of [dark, bright]) {
      expect(await decode(tiffFile([{ ...tags, strips: [samples] }]))).to.deep.equal(
        Uint8Array.from([0, 7, 255, 255].flatMap((grey) => [grey, grey, grey])),
      );
    }
  });

  it('of 16-bit grey with alpha is scaled, not clipped to white', async () => {
    const samples = Buffer.from(Uint16Array.of(0x1234, 0xffff, 0xabcd, 0x8000).buffer);
    const tags = pageTags([2, 1], { samples: 2, bits: 16, photometric: 1 });
    const bytes = tiffFile([{ ...tags, shorts: { ...tags.shorts, 338: [2] }, strips: [samples] }]);
    expect(await decode(bytes)).to.deep.equal(Uint8Array.from([0x12, 0x12, 0x12, 0xab, 0xab, 0xab]));
  });

  it('without a size is broken', async () => {
    const bytes = tiffFile([{ ...pageTags([0, 1]), strips: [Buffer.alloc(1)] }]);
    expect(await refusal(bytes)).to.include({ reason: 'corrupt' });
  });
});

async function decode(bytes: Uint8Array): Promise<Uint8Array> {
  const { data } = await decodeImage(bytes, await inspectImage(bytes, NO_LIMITS), { orient: false });
  return Uint8Array.from(data);
}

async function refusal(bytes: Uint8Array): Promise<HandspringError> {
  return inspectImage(bytes, NO_LIMITS).then(
    () => expect.fail('the image was not refused'),
    (error: HandspringError) => error,
  );
}
