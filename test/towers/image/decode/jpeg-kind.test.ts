import { expect } from 'chai';
import { decodeImage } from '../../../../src/towers/image/decode/decode.js';
import { inspectImage } from '../../../../src/towers/image/decode/inspect.js';
import { fixture, NO_LIMITS } from '../reference.js';

/** Where the baseline frame of a JPEG starts. */
const BASELINE = Buffer.from([0xff, 0xc0]);

describe('the kind of a JPEG', () => {
  const bytes = fixture('jpeg-420.jpg');
  const frame = bytes.indexOf(BASELINE);

  const kinds: readonly (readonly [string, number, number])[] = [
    ['12 bits', 0xc1, 12],
    ['16 bits', 0xc3, 16],
    ['hierarchical frames', 0xc5, 8],
    ['lossless arithmetic coding', 0xcb, 8],
    ['JPEG-LS', 0xf7, 8],
  ];
  for (const [kind, code, precision] of kinds) {
    it(`is named where it is not read: ${kind}`, async () => {
      const other = Buffer.from(bytes);
      other.set([code], frame + 1);
      other.set([precision], frame + 4);
      expect(await refusal(other)).to.include({
        code: 'invalid_image',
        reason: 'unsupported',
        message: `expected a JPEG image of 8 bits, baseline or progressive, received one of ${kind}`,
      });
    });
  }

  it('is not blamed for damage', async () => {
    const broken = Buffer.from(bytes);
    broken.fill(0, frame + 5, frame + 9);
    expect(await refusal(broken)).to.include({ reason: 'corrupt' });
    expect(await refusal(bytes.subarray(0, frame))).to.not.include({ reason: 'unsupported' });
  });
});

async function refusal(bytes: Uint8Array): Promise<unknown> {
  try {
    await decodeImage(bytes, await inspectImage(bytes, NO_LIMITS), { orient: false });
  } catch (error) {
    return error;
  }
  return expect.fail('the image was not refused');
}
