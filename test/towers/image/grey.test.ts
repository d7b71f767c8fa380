import { expect } from 'chai';
import { decodeImage } from '../../../src/towers/image/decode/decode.js';
import { inspectImage } from '../../../src/towers/image/decode/inspect.js';
import { toGrey } from '../../../src/towers/image/grey.js';
import { preprocessImage } from '../../../src/towers/image/preprocess.js';
import { parseOpenClipImage, rowShape } from '../../../src/towers/image/settings.js';
import { readPixelFile } from '../../support/model-fixture.js';
import { rejectionOf } from '../../support/rejection.js';

const OPEN_CLIP = { size: 8, mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
const GREY = { size: 8, mode: 'L', mean: [0.5], std: [0.25] };
const OPTIONS = { orient: false };
const LIMITS = { maxBytes: 1e6, maxPixels: 1e6 };

const prepare = async (file: string, config: object) => {
  const bytes = readPixelFile(file);
  const settings = parseOpenClipImage({ ...config });
  return preprocessImage(bytes, await inspectImage(bytes, LIMITS), settings, OPTIONS);
};

describe('images in grey', () => {
  it("are Pillow's luma of colours, and grey as it is", () => {
    const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 7, 7, 7);
    const { data: grey } = toGrey({ data, width: 5, height: 1 });
    expect(Array.from(grey.filter((_, at) => at % 3 === 0))).to.deep.equal([76, 150, 29, 255, 7]);
    expect(Array.from(grey.subarray(0, 3))).to.deep.equal([76, 76, 76]);
  });

  it('are rows of one channel', async () => {
    expect(rowShape(parseOpenClipImage(GREY))).to.deep.equal([1, 8, 8]);
    const row = await prepare('jpeg-444.jpg', GREY);
    expect(row).to.have.length(64);
    const bytes = readPixelFile('bmp-8-bit-grey.bmp');
    const header = await inspectImage(bytes, LIMITS);
    const { data } = await decodeImage(bytes, header, OPTIONS);
    expect(Array.from(toGrey({ ...header, data }).data)).to.deep.equal(Array.from(data));
  });

  it('are refused where they have 16 bits, which are measures, not light', async () => {
    const error = await rejectionOf(prepare('png-grey-16-bit.png', GREY));
    expect(error).to.include({ code: 'invalid_image', reason: 'unsupported' });
    expect(error.message).to.equal('expected a picture of 8 bits a channel, received PNG of 16 bits');
    expect(await prepare('png-grey-16-bit.png', OPEN_CLIP)).to.have.length(192);
  });
});

describe('images for a model that looks at films', () => {
  it('are so many equal frames, channel by channel', async () => {
    const settings = parseOpenClipImage({ ...OPEN_CLIP, frames: 2 });
    expect(rowShape(settings)).to.deep.equal([3, 2, 8, 8]);
    const [one, two] = [
      await prepare('jpeg-444.jpg', OPEN_CLIP),
      await prepare('jpeg-444.jpg', { ...OPEN_CLIP, frames: 2 }),
    ];
    const planes = (row: Float32Array, count: number) =>
      Array.from({ length: count }, (_, at) => Array.from(row.subarray(64 * at, 64 * (at + 1))));
    const [red, green, blue] = planes(one, 3);
    expect(planes(two, 6)).to.deep.equal([red, red, green, green, blue, blue]);
  });

  it('have settings that are named where they are wrong', () => {
    expect(() => parseOpenClipImage({ ...OPEN_CLIP, frames: 0 })).to.throw(
      'frames: expected a whole number from 1 to 16',
    );
    expect(() => parseOpenClipImage({ ...OPEN_CLIP, mode: 'CMYK' })).to.throw(
      'mode: expected RGB or L, received "CMYK"',
    );
    expect(() => parseOpenClipImage({ ...OPEN_CLIP, mode: 'L' })).to.throw(
      'mean: expected a list of one number',
    );
  });
});
