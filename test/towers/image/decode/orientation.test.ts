import { deflateSync } from 'node:zlib';
import { expect } from 'chai';
import sharp from 'sharp';
import { readPhotoFacts } from '../../../../src/photos/facts.js';
import { createThumbnail } from '../../../../src/photos/index/thumbnail.js';
import { decodeImage } from '../../../../src/towers/image/decode/decode.js';
import type { ImageFormat } from '../../../../src/towers/image/decode/format.js';
import { inspectImage } from '../../../../src/towers/image/decode/inspect.js';
import { readOrientation } from '../../../../src/towers/image/decode/orientation.js';
import { crc32 } from '../../../../src/towers/image/decode/png/checksums.js';
import { NO_LIMITS } from '../reference.js';

const [WIDTH, HEIGHT] = [12, 8];
const LEFT = 220;
/** Light at the left and dark elsewhere, lightest at the top. */
const PIXELS = Buffer.from(
  Array.from({ length: WIDTH * HEIGHT }, (_, at) => (at % WIDTH < 4 ? (at < WIDTH * 4 ? LEFT : 120) : 20)),
);
const picture = () => sharp(PIXELS, { raw: { width: WIDTH, height: HEIGHT, channels: 1 } });

/** EXIF data with a camera's name, and an orientation unless there is none: a TIFF's directory. */
function exif(orientation?: number): Buffer {
  const entries = [
    [0x0110, 2, 4, 0x006d6163],
    ...(orientation === undefined ? [] : [[0x0112, 3, 1, orientation]]),
  ];
  const tiff = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(entries.length, 8);
  for (const [at, [tag, type, count, value]] of entries.entries()) {
    tiff.writeUInt16LE(tag!, 10 + at * 12);
    tiff.writeUInt16LE(type!, 12 + at * 12);
    tiff.writeUInt32LE(count!, 14 + at * 12);
    tiff.writeUInt32LE(value!, 18 + at * 12);
  }
  return tiff;
}

const xmp = (orientation: number) =>
  Buffer.from(`<x:xmpmeta><rdf:Description tiff:Orientation="${orientation}"/></x:xmpmeta>`);
const xmpElement = (orientation: number) =>
  Buffer.from(`<x:xmpmeta><tiff:Orientation>${orientation}</tiff:Orientation></x:xmpmeta>`);

const text = (value: string) => Buffer.from(value, 'latin1');
const EXIF_NAME = text('Exif\0\0');
const exifSegment = (data: Buffer) => segment(Buffer.concat([EXIF_NAME, data]));
const xmpSegment = (data: Buffer) => segment(Buffer.concat([text('http://ns.adobe.com/xap/1.0/\0'), data]));

function segment(data: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([head, data]);
}

async function jpeg(...segments: Buffer[]): Promise<Buffer> {
  const plain = await picture().jpeg({ quality: 95 }).toBuffer();
  return Buffer.concat([plain.subarray(0, 2), ...segments, plain.subarray(2)]);
}

function chunk(name: string, ...data: Buffer[]): Buffer {
  const body = Buffer.concat([text(name), ...data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

const xmpChunk = (data: Buffer) => chunk('iTXt', text('XML:com.adobe.xmp\0\0\0\0\0'), data);
const rawProfile = (data: Buffer) => text(`\nexif\n      ${data.length}\n${data.toString('hex')}\n`);
const RAW_NAME = text('Raw profile type exif\0');

async function png(before: Buffer[], behind: Buffer[] = []): Promise<Buffer> {
  const plain = await picture().png().toBuffer();
  const [header, end] = [33, plain.length - 12];
  return Buffer.concat([
    ...[plain.subarray(0, header), ...before, plain.subarray(header, end)],
    ...[...behind, plain.subarray(end)],
  ]);
}

const withXmp = (packet: Buffer) => picture().withXmp(packet.toString());

/** The tag that sharp writes becomes one that nobody knows. */
async function untaggedTiff(packet: Buffer): Promise<Buffer> {
  const tiff = await withXmp(packet).tiff({ compression: 'none' }).toBuffer();
  const tag = tiff.indexOf(Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0]));
  tiff[tag] = 0x13;
  return tiff;
}

/** As `ImageOps.exif_transpose` of Pillow 13 obeys them. */
const FILES: readonly (readonly [
  what: string,
  format: ImageFormat,
  make: () => Promise<Buffer>,
  is: number,
])[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map(
    (value) => [`XMP ${value}`, 'JPEG', () => jpeg(xmpSegment(xmp(value))), value] as const,
  ),
  ['an element of XMP', 'JPEG', () => jpeg(xmpSegment(xmpElement(6))), 6],
  ['XMP that says none', 'JPEG', () => jpeg(xmpSegment(xmp(9))), 1],
  ['XMP beside EXIF without', 'JPEG', () => jpeg(exifSegment(exif()), xmpSegment(xmp(6))), 6],
  ['XMP beside EXIF', 'JPEG', () => jpeg(exifSegment(exif(3)), xmpSegment(xmp(6))), 3],
  ['XMP beside EXIF that is upright', 'JPEG', () => jpeg(exifSegment(exif(1)), xmpSegment(xmp(6))), 1],
  ['XMP beside EXIF that says none', 'JPEG', () => jpeg(exifSegment(exif(9)), xmpSegment(xmp(6))), 1],
  [
    'EXIF in two pieces',
    'JPEG',
    () => jpeg(exifSegment(exif(6).subarray(0, 24)), exifSegment(exif(6).subarray(24))),
    6,
  ],
  ['EXIF twice named', 'JPEG', () => jpeg(exifSegment(Buffer.concat([EXIF_NAME, exif(6)]))), 6],
  ['EXIF that is broken', 'JPEG', () => jpeg(exifSegment(exif(6).subarray(0, 12))), 1],
  ['EXIF behind the pixels', 'PNG', () => png([], [chunk('eXIf', exif(6))]), 6],
  ['EXIF before and behind them', 'PNG', () => png([chunk('eXIf', exif(6))], [chunk('eXIf', exif(3))]), 3],
  ['XMP', 'PNG', () => png([xmpChunk(xmp(5))]), 5],
  ['XMP behind the pixels', 'PNG', () => png([], [xmpChunk(xmp(8))]), 8],
  [
    'XMP that is compressed',
    'PNG',
    () => png([chunk('iTXt', text('XML:com.adobe.xmp\0\x01\0\0\0'), deflateSync(xmp(7)))]),
    7,
  ],
  ['EXIF as text', 'PNG', () => png([chunk('tEXt', RAW_NAME, rawProfile(exif(6)))]), 6],
  [
    'EXIF as compressed text',
    'PNG',
    () => png([], [chunk('zTXt', RAW_NAME, Buffer.alloc(1), deflateSync(rawProfile(exif(6))))]),
    6,
  ],
  ['XMP', 'WebP', () => withXmp(xmp(6)).webp({ lossless: true }).toBuffer(), 6],
  ['XMP', 'TIFF', () => untaggedTiff(xmp(6)), 6],
  ['XMP', 'AVIF', () => withXmp(xmp(6)).avif({ lossless: true }).toBuffer(), 6],
];

describe('the orientation that an image is stored in', () => {
  for (const [what, format, make, expected] of FILES) {
    it(`is read as Pillow reads it: ${what} of ${format}`, async () => {
      const bytes = await make();
      expect(readOrientation(format, bytes)).to.equal(expected);
      const header = await inspectImage(bytes, NO_LIMITS, true);
      const { data, width, height } = await decodeImage(bytes, header, { orient: true });
      expect([width, height]).to.deep.equal(expected >= 5 ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT]);
      const corner = cornerOf({ data, width, height, channels: 3 });
      expect(corner).to.equal(CORNERS[expected]);
      expect(await readPhotoFacts(bytes)).to.include({ width, height });
      const thumbnail = sharp(await createThumbnail(bytes, header, 'thumb'))
        .removeAlpha()
        .toColourspace('srgb')
        .raw();
      const shown = await thumbnail.toBuffer({ resolveWithObject: true });
      expect(cornerOf({ data: shown.data, ...shown.info })).to.equal(corner);
    });
  }

  it('is left alone where it is not asked for, but in TIFF, as Pillow has it', async () => {
    for (const [, format, make, expected] of FILES) {
      const bytes = await make();
      const decoded = await decodeImage(bytes, await inspectImage(bytes, NO_LIMITS), { orient: false });
      const isTurned = format === 'TIFF' && expected >= 5;
      expect([decoded.width, decoded.height]).to.deep.equal(isTurned ? [HEIGHT, WIDTH] : [WIDTH, HEIGHT]);
    }
  });
});

/** Where what is stored in the first corner is shown, by orientation (EXIF 2.32, section 4.6.4, tag 274). */
const CORNERS: Readonly<Record<number, string>> = {
  ...{ 1: 'top left', 2: 'top right', 3: 'bottom right', 4: 'bottom left' },
  ...{ 5: 'top left', 6: 'top right', 7: 'bottom right', 8: 'bottom left' },
};

function cornerOf(image: { data: Uint8Array; width: number; height: number; channels: number }): string {
  const { data, width, height, channels } = image;
  const places = [1, 2].flatMap((y) =>
    [1, 2].map(
      (x) =>
        [
          `${y === 1 ? 'top' : 'bottom'} ${x === 1 ? 'left' : 'right'}`,
          data[((y === 1 ? 1 : height - 2) * width + (x === 1 ? 1 : width - 2)) * channels]!,
        ] as const,
    ),
  );
  return places.reduce((lightest, place) => (place[1] > lightest[1] ? place : lightest))[0];
}
