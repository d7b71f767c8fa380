import { deflateSync } from 'node:zlib';
import { crc32 } from '../support/crc32.js';
import type { MadeItem } from '../support/heif-file.js';
import { cropProperty, gridData, heifFile, sizeProperty } from '../support/heif-file.js';
import type { TiffPage } from '../support/tiff-file.js';
import { pageTags, tiffFile } from '../support/tiff-file.js';

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
    tiffOfPages(20_000),
    tiffOfPlanes(5000),
    jpegOfScans(5000),
    ...(['avif', 'heic'] as const).flatMap((brand) => [croppedHeif(brand), gridHeif(brand)]),
  ];
}

/** One page of 1 x 1 after the other: 300,000 of them were five seconds of walking. */
function tiffOfPages(pages: number): Buffer {
  return tiffFile(Array<TiffPage>(pages).fill({ ...pageTags([1, 1]), strips: [] }));
}

/** Four planes of 16 bits, each in one strip, and all the same bytes. */
function tiffOfPlanes(side: number): Buffer {
  const tags = pageTags([side, side], { samples: 4, bits: 16, planes: 2, compression: 8 });
  return tiffFile([{ ...tags, strips: Array<Buffer>(4).fill(deflateSync(Buffer.alloc(side * side * 2))) }]);
}

/** A progressive JPEG of 8 x 8 pixels with so many scans. */
function jpegOfScans(scans: number): Buffer {
  const table = [0xff, 0xdb, 0, 67, 0, ...Array<number>(64).fill(1)];
  const frame = [0xff, 0xc2, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0];
  return Buffer.from([
    0xff,
    0xd8,
    ...table,
    ...frame,
    ...Array<number[]>(scans).fill(scan).flat(),
    0xff,
    0xd9,
  ]);
}

/** Shows 64 x 64 pixels of a picture that is said to have 81 million. */
function croppedHeif(brand: 'avif' | 'heic'): Buffer {
  const properties = [sizeProperty(9000, 9000), cropProperty(64, 64)];
  return heifFile([{ kind: CODED[brand], properties, data: Buffer.alloc(9) }], [], [brand, 'mif1']);
}

/** Shows 64 x 64 pixels of many tiles that are said to have 16 million each. */
function gridHeif(brand: 'avif' | 'heic'): Buffer {
  const grid = { kind: 'grid', properties: [sizeProperty(64, 64)], data: gridData(15, 15, 64, 64) };
  const tile = { kind: CODED[brand], properties: [sizeProperty(4000, 4000)], data: Buffer.alloc(9) };
  const tiles = Array<MadeItem>(225).fill(tile);
  return heifFile(
    [grid, ...tiles],
    [{ kind: 'dimg', from: 1, to: tiles.map((_, i) => i + 2) }],
    [brand, 'mif1'],
  );
}

const CODED = { avif: 'av01', heic: 'hvc1' } as const;

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
