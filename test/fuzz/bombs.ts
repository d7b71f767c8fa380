import { deflateSync } from 'node:zlib';
import { crc32 } from '../support/crc32.js';

/** Small files that announce, or unpack to, far more than they are. */
export function imageBombs(): Buffer[] {
  const sides: [number, number][] = [
    [65_535, 65_535],
    [0x7fffffff, 1],
    [1, 0x7fffffff],
    [0xffffffff, 0xffffffff],
    [0, 0],
    [13_000, 13_001],
  ];
  return [
    ...sides.map(([width, height]) => png(width, height, deflateSync(Buffer.alloc(100)))),
    // Pixels that are all there, a thousandth of their size when packed: 8000 x 8000 of one bit.
    png(8000, 8000, deflateSync(Buffer.alloc(8000 * 1001)), 1),
    gif(65_535, 65_535),
    bmp(0x7fffffff, 0x7fffffff),
    bmp(-1, -1),
    bmp(60_000, -60_000),
    tiff(0xffffffff, 0xffffffff),
  ];
}

function png(width: number, height: number, data: Buffer, depth = 8): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, 0, 0, 0, 0], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function gif(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.write('GIF89a', 'latin1');
  bytes.writeUInt16LE(width, 6);
  bytes.writeUInt16LE(height, 8);
  bytes.set([0x2c], 13);
  bytes.writeUInt16LE(width, 18);
  bytes.writeUInt16LE(height, 20);
  return Buffer.concat([bytes, Buffer.from([0x02, 0x02, 0x44, 0x01, 0x00, 0x3b])]);
}

function bmp(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('BM', 'latin1');
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

function tiff(width: number, height: number): Buffer {
  const entries: [tag: number, type: number, value: number][] = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, 8],
    [259, 3, 1],
    [262, 3, 1],
    [273, 4, 8],
    [278, 4, height],
    [279, 4, 0xffffffff],
  ];
  const bytes = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, value], index) => {
    const at = 10 + index * 12;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(1, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  return bytes;
}
