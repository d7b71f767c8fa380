import { expect } from 'chai';
import { HandspringError } from '../../../src/core/errors.js';
import { decodeImage } from '../../../src/towers/image/decode/decode.js';
import { inspectImage } from '../../../src/towers/image/decode/inspect.js';
import { preprocessImage, resizeAndCrop } from '../../../src/towers/image/preprocess.js';
import type { RgbImage } from '../../../src/towers/image/rgb-image.js';
import { CLIP, fixture, NO_LIMITS, REFERENCE, sha256 } from './reference.js';

/** The distance from Pillow's pixels where another decoder cannot give the same bits: measured, and not to change unseen. */
const APPROXIMATE = JSON.parse(fixture('approximate.json').toString()) as Readonly<
  Record<string, { readonly why: string; readonly decoded: Distance; readonly cropped: Distance }>
>;

/** The largest difference of a byte, and the share of bytes that differ. */
interface Distance {
  readonly largest: number;
  readonly share: number;
}

/**
 * How many bytes more than Pillow this service needs at most: the end of a PNG's compressed pixels, and the end of a TIFF's
 * directory, which Pillow's own reader of uncompressed files can do without.
 */
const STRICTER_BYTES: Readonly<Record<string, number>> = { png: 2, tiff: 48 };

const names = Object.keys(REFERENCE.cases);
const exactNames = names.filter((name) => APPROXIMATE[name] === undefined);

describe('images compared with Pillow and Hugging Face', () => {
  it('covers every format and some hundred kinds of image', () => {
    expect(new Set(names.map(kindOf))).to.deep.equal(
      new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'bmp', 'avif', 'heic']),
    );
    expect(exactNames).to.have.length.above(100);
  });

  for (const name of exactNames) {
    const expected = REFERENCE.cases[name]!;

    it(`decodes ${name} to the same pixels`, async () => {
      const image = await decode(name, false);
      expect([image.width, image.height]).to.deep.equal([expected.width, expected.height]);
      expect(sha256(image.data)).to.equal(expected.rgb);
    });

    it(`turns ${name} upright as Pillow's exif_transpose does`, async () => {
      expect(sha256((await decode(name, true)).data)).to.equal(expected.uprightRgb);
    });

    for (const [model, settings] of Object.entries(REFERENCE.settings)) {
      it(`prepares ${name} for ${model} to the same bits`, async () => {
        const bytes = fixture(name);
        const header = await inspectImage(bytes, NO_LIMITS);
        const cropped = resizeAndCrop(await decode(name, false), settings);
        expect(sha256(cropped.data)).to.equal(expected.settings[model]!.pixels);
        const tensor = await preprocessImage(bytes, header, settings, { orient: false });
        expect(sha256(tensor)).to.equal(expected.settings[model]!.tensor);
      });
    }
  }

  for (const [name, { decoded, cropped }] of Object.entries(APPROXIMATE)) {
    it(`decodes ${name} to pixels exactly as far from Pillow's as measured`, async () => {
      const image = await decode(name, true);
      const bytes = fixture(`${name}.pillow.png`);
      const pillows = await decodeImage(bytes, await inspectImage(bytes, NO_LIMITS), { orient: false });
      expect({
        decoded: distance(image, pillows),
        cropped: distance(resizeAndCrop(image, CLIP), resizeAndCrop(pillows, CLIP)),
      }).to.deep.equal({ decoded, cropped });
    });
  }

  for (const name of names) {
    it(`refuses every beginning of ${name} that Pillow refuses, and takes the rest`, async () => {
      const { neededBytes } = REFERENCE.cases[name]!;
      const needed = await countNeededBytes(fixture(name));
      expect(needed).to.be.within(neededBytes, neededBytes + (STRICTER_BYTES[kindOf(name)] ?? 0));
    });
  }
});

async function decode(name: string, orient: boolean): Promise<RgbImage> {
  const bytes = fixture(name);
  return decodeImage(bytes, await inspectImage(bytes, NO_LIMITS), { orient });
}

function kindOf(name: string): string {
  return name.slice(0, name.indexOf('-'));
}

function distance(image: RgbImage, other: RgbImage): Distance {
  const differences = image.data.map((value, i) => Math.abs(value - other.data[i]!));
  const differing = differences.filter((difference) => difference > 0).length;
  return {
    largest: differences.reduce((largest, difference) => Math.max(largest, difference), 0),
    share: Number((differing / differences.length).toFixed(4)),
  };
}

/** The same bisection as in make_pixels.py; each refusal on the way must be the caller's own error. */
async function countNeededBytes(bytes: Uint8Array): Promise<number> {
  let short = 0;
  let enough = bytes.length;
  while (enough - short > 1) {
    const middle = (short + enough) >> 1;
    if (await isTaken(bytes.subarray(0, middle))) enough = middle;
    else short = middle;
  }
  return enough;
}

async function isTaken(bytes: Uint8Array): Promise<boolean> {
  try {
    await decodeImage(bytes, await inspectImage(bytes, NO_LIMITS), { orient: false });
    return true;
  } catch (error) {
    expect(error).to.be.instanceOf(HandspringError);
    expect((error as HandspringError).reason).to.be.oneOf([
      'truncated',
      'corrupt',
      'unknown_format',
      'unsupported',
    ]);
    return false;
  }
}
