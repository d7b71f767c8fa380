import { deflateSync } from 'node:zlib';
import { expect } from 'chai';
import { decodeImage } from '../../../../src/towers/image/decode/decode.js';
import { inspectImage } from '../../../../src/towers/image/decode/inspect.js';
import { adler32, crc32 } from '../../../../src/towers/image/decode/png/checksums.js';
import { repairPng } from '../../../../src/towers/image/decode/png/repair.js';
import { fixture, NO_LIMITS } from '../reference.js';

const NAMES = ['png-rgb.png', 'png-palette-transparent.png', 'png-interlaced.png', 'png-rgba-16-bit.png'];

describe('a PNG whose checksums or window are wrong', () => {
  for (const name of NAMES) {
    it(`has the pixels that it holds: ${name}`, async () => {
      const expected = await decode(fixture(name));
      expect(await decode(changed(name, (bytes, end) => (bytes[end - 5]! ^= 1)))).to.deep.equal(expected);
      expect(await decode(changed(name, (bytes, end) => (bytes[end - 1]! ^= 1)))).to.deep.equal(expected);
      // A window of 256 bytes, and the check bits that go with it.
      expect(await decode(changed(name, (bytes, _, start) => bytes.set([0x08, 0x1d], start)))).to.deep.equal(
        expected,
      );
      const intact = fixture(name);
      const { end } = pixelsOf(intact);
      expect(await decode(intact.subarray(0, end - 4)), 'cut at the end').to.deep.equal(expected);
    });
  }

  it('is refused where its pixels are broken or not all there', async () => {
    const broken = changed('png-rgb.png', (bytes, end, start) => bytes.fill(0xff, start + 40, end - 8));
    expect(await repairPng(broken)).to.equal(undefined);
    expect(await reasonOf(broken)).to.equal('corrupt');
    const bytes = fixture('png-rgb.png');
    expect(await reasonOf(bytes.subarray(0, pixelsOf(bytes).end - 40))).to.equal('truncated');
  });

  it('is refused where another of its chunks is broken', async () => {
    const bytes = Buffer.from(fixture('png-palette.png'));
    bytes[bytes.indexOf('PLTE') + 5]! ^= 1;
    bytes[pixelsOf(bytes).end - 1]! ^= 1;
    expect(await reasonOf(bytes)).to.equal('corrupt');
  });

  it('is refused where its pixels are far more than it says, without unpacking all of them', async () => {
    const bytes = fixture('png-one-pixel.png');
    const { start, end } = pixelsOf(bytes);
    const bomb = deflateSync(Buffer.alloc(1e8));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bomb.length);
    const head = bytes.subarray(0, start - 8);
    const parts = [head, length, Buffer.from('IDAT'), bomb, Buffer.alloc(4), bytes.subarray(end)];
    expect(await repairPng(Buffer.concat(parts))).to.equal(undefined);
  });

  it('has the checksums of the specifications', () => {
    expect(crc32(Buffer.from('123456789'))).to.equal(0xcbf43926);
    expect(adler32(Buffer.from('Wikipedia'))).to.equal(0x11e60398);
    const long = Buffer.alloc(100_000, 255);
    expect(adler32(long)).to.equal(deflateSync(long).readUInt32BE(deflateSync(long).length - 4));
    expect(adler32(long.subarray(9), adler32(long.subarray(0, 9)))).to.equal(adler32(long));
  });
});

/** Where the bytes of the only chunk of pixels begin and, with its checksum, end. */
function pixelsOf(bytes: Buffer): { start: number; end: number } {
  const start = bytes.indexOf('IDAT') + 4;
  return { start, end: start + bytes.readUInt32BE(start - 8) + 4 };
}

function changed(name: string, change: (bytes: Buffer, end: number, start: number) => void): Buffer {
  const bytes = Buffer.from(fixture(name));
  const { start, end } = pixelsOf(bytes);
  change(bytes, end, start);
  return bytes;
}

async function decode(bytes: Uint8Array): Promise<Uint8Array> {
  const { data } = await decodeImage(bytes, await inspectImage(bytes, NO_LIMITS), { orient: false });
  return Uint8Array.from(data);
}

async function reasonOf(bytes: Uint8Array): Promise<unknown> {
  return decode(bytes).then(
    () => expect.fail('the image was not refused'),
    (error: { reason?: unknown }) => error.reason,
  );
}
