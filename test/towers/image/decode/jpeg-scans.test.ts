import { expect } from 'chai';
import { inspectImage } from '../../../../src/towers/image/decode/inspect.js';
import { fixture, NO_LIMITS } from '../reference.js';

const START_OF_SCAN = Buffer.from([0xff, 0xda]);

describe('the scans of a JPEG', () => {
  const bytes = fixture('jpeg-grey-progressive.jpg');
  const last = bytes.lastIndexOf(START_OF_SCAN);
  const scan = bytes.subarray(last, last + 2 + bytes.readUInt16BE(last + 2));
  const scans = count(bytes);

  it('may be as many as encoders write, and more', async () => {
    expect(scans).to.be.within(2, 20);
    expect(await inspectImage(withScans(100 - scans), NO_LIMITS)).to.include({
      format: 'JPEG',
      isWhole: true,
    });
  });

  it('may not be so many that decoding them takes seconds', async () => {
    const error: unknown = await inspectImage(withScans(101 - scans), NO_LIMITS).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.include({ code: 'invalid_image', reason: 'unsupported' });
    expect(error).to.have.property(
      'message',
      'expected a JPEG image of at most 100 scans, received one of more',
    );
  });

  it('are not what only looks like one: a stuffed byte, a comment, a thumbnail', async () => {
    const lookalikes = Buffer.alloc(300, START_OF_SCAN);
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 1, 46]), lookalikes]);
    const commented = Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2)]);
    expect(count(commented)).to.be.above(100);
    expect(await inspectImage(commented, NO_LIMITS)).to.include({ format: 'JPEG' });
  });

  function withScans(more: number): Buffer {
    return Buffer.concat([bytes.subarray(0, last), ...Array<Buffer>(more).fill(scan), bytes.subarray(last)]);
  }
});

function count(bytes: Buffer): number {
  return bytes.toString('latin1').split(START_OF_SCAN.toString('latin1')).length - 1;
}
