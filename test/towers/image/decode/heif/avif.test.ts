import { expect } from 'chai';
import { HandspringError } from '../../../../../src/core/errors.js';
import { plainPixels } from '../../../../../src/towers/image/decode/decoding-bytes.js';
import { decodeImage } from '../../../../../src/towers/image/decode/decode.js';
import { inspectImage } from '../../../../../src/towers/image/decode/inspect.js';
import type { RgbImage } from '../../../../../src/towers/image/rgb-image.js';
import type { MadeItem } from '../../../../support/heif-file.js';
import {
  box,
  cropProperty,
  gridData,
  heifFile,
  number,
  sizeProperty,
} from '../../../../support/heif-file.js';
import { itemsOf } from '../../../../support/heif-items.js';
import { fixture, NO_LIMITS } from '../../reference.js';

const [WIDTH, HEIGHT] = [96, 64];
/** A picture of 96 x 64 in 4:4:4, and its alpha. */
const [COLOUR, ALPHA] = itemsOf(fixture('avif-alpha.avif'), 'AVIF') as [MadeItem, MadeItem];

describe('AVIF', () => {
  it('is decoded as it is stored, without the turn that it asks for', async () => {
    const stored = await decode(heifFile([COLOUR]));
    expect(await decode(heifFile([withProperty(COLOUR, box('irot', number(1, 3)))]))).to.deep.equal(stored);
    expect(await decode(heifFile([withProperty(COLOUR, box('imir', number(1, 0)))]))).to.deep.equal(stored);
  });

  it('is turned and mirrored where that is asked for', async () => {
    const stored = await decode(heifFile([COLOUR]));
    const turned = await decode(heifFile([withProperty(COLOUR, box('irot', number(1, 1)))]), true);
    expect([turned.width, turned.height]).to.deep.equal([HEIGHT, WIDTH]);
    expect(pixel(turned, 0, 0)).to.deep.equal(pixel(stored, WIDTH - 1, 0));
    const mirrored = await decode(heifFile([withProperty(COLOUR, box('imir', number(1, 1)))]), true);
    expect(pixel(mirrored, 0, 0)).to.deep.equal(pixel(stored, WIDTH - 1, 0));
  });

  it('is not cropped, as in Pillow', async () => {
    const cropped = heifFile([withProperty(COLOUR, cropProperty(8, 8))]);
    expect(await decode(cropped)).to.deep.equal(await decode(heifFile([COLOUR])));
  });

  it('of many coded pixels that shows few of them counts as what is coded', async () => {
    const bytes = heifFile([{ ...withProperty(COLOUR, cropProperty(64, 64)), ...sized(9000, 9000) }]);
    expect(await inspectImage(bytes, NO_LIMITS)).to.include({ width: 9000, height: 9000 });
    expect((await refusal(bytes, 1e6)).message).to.equal(
      'expected an image of at most 1000000 pixels (MAX_IMAGE_PIXELS), received 9000 x 9000 (81000000)',
    );
  });

  it('whose stream is larger than it says is refused by the decoder', async () => {
    const bytes = heifFile([{ ...COLOUR, ...sized(WIDTH / 2, HEIGHT / 2) }]);
    expect(await refusal(bytes)).to.include({ code: 'invalid_image', reason: 'corrupt' });
  });

  it('of tiles is put together, and counts as all of their pixels', async () => {
    const [width, height] = [2 * WIDTH - 10, HEIGHT];
    const bytes = grid(gridData(1, 2, width, height), [width, height], [COLOUR, COLOUR]);
    const header = await inspectImage(bytes, NO_LIMITS);
    expect(header).to.deep.equal({
      format: 'AVIF',
      colours: 'rgb',
      width,
      height,
      decodedPixels: 2 * WIDTH * HEIGHT,
    });
    expect(plainPixels(header)).to.equal(plainPixels({ ...header, width: 2 * WIDTH }));
    const [image, tile] = [await decode(bytes), await decode(heifFile([COLOUR]))];
    expect(pixel(image, 5, 5)).to.deep.equal(pixel(tile, 5, 5));
    expect(pixel(image, WIDTH + 5, 5)).to.deep.equal(pixel(tile, 5, 5));
  });

  const liars: readonly (readonly [string, Buffer])[] = [
    ['more tiles than it has places for', grid(gridData(1, 1, 90, 60), [90, 60], [COLOUR, COLOUR])],
    ['tiles far larger than the picture', grid(gridData(2, 2, 90, 60), [90, 60], Array(4).fill(COLOUR))],
    ['fewer tiles than cover it', grid(gridData(1, 1, 900, 60), [900, 60], [COLOUR])],
    ['another size in the grid than beside it', grid(gridData(1, 1, 96, 64), [90, 60], [COLOUR])],
    [
      'tiles of two sizes',
      grid(gridData(1, 2, 190, 64), [190, 64], [COLOUR, { ...COLOUR, ...sized(960, 64) }]),
    ],
    ['a size twice', heifFile([withProperty(COLOUR, sizeProperty(8, 8))])],
    ['no size', heifFile([{ ...COLOUR, properties: COLOUR.properties.slice(1) }])],
    ['a size of nothing', heifFile([{ ...COLOUR, ...sized(0, 64) }])],
  ];
  for (const [what, bytes] of liars) {
    it(`with ${what} is refused before any decoder sees it`, async () => {
      const error = await inspectImage(bytes, NO_LIMITS).catch((reason: unknown) => reason);
      expect(error).to.include({ code: 'invalid_image', reason: 'corrupt' });
    });
  }

  it('counts an alpha of more pixels than the colours as what it is', async () => {
    const bytes = heifFile(
      [COLOUR, { ...ALPHA, properties: [sizeProperty(9000, 9000), ...ALPHA.properties.slice(1)] }],
      [{ kind: 'auxl', from: 2, to: [1] }],
    );
    expect(await inspectImage(bytes, NO_LIMITS)).to.include({ width: WIDTH, decodedPixels: 81e6 });
  });

  for (const kind of ['iovl', 'iden']) {
    it(`of kind ${kind}, which Pillow does not read, is refused by that name`, async () => {
      const derived = { kind, properties: [sizeProperty(WIDTH, HEIGHT)], data: Buffer.alloc(28) };
      const bytes = heifFile([derived, COLOUR], [{ kind: 'dimg', from: 1, to: [2] }]);
      const error = await refusal(bytes);
      expect(error).to.include({ code: 'invalid_image', reason: 'unsupported' });
      expect(error.message).to.equal(
        `expected an AVIF image of pixels or of a grid of tiles, received one of kind ${kind}`,
      );
    });
  }

  it('whose colours are stored multiplied by alpha has them divided by it', async () => {
    const plain = heifFile([COLOUR, ALPHA], [{ kind: 'auxl', from: 2, to: [1] }]);
    const premultiplied = heifFile(
      [COLOUR, ALPHA],
      [
        { kind: 'auxl', from: 2, to: [1] },
        { kind: 'prem', from: 1, to: [2] },
      ],
    );
    expect(await inspectImage(premultiplied, NO_LIMITS)).to.include({ isPremultiplied: true });
    const [stored, divided] = [await decode(plain), await decode(premultiplied)];
    // The alpha of the fixture rises from 0 at the left to 255 at the right.
    expect(pixel(divided, 0, 9)).to.deep.equal([0, 0, 0]);
    expect(pixel(divided, WIDTH - 1, 9)).to.deep.equal(pixel(stored, WIDTH - 1, 9));
    const [dark, light] = [pixel(stored, WIDTH / 2, 9), pixel(divided, WIDTH / 2, 9)];
    expect(light[2]! / dark[2]!).to.be.within(1.9, 2.2);
  });

  it('of many frames gives its still image', async () => {
    const film = heifFile([COLOUR], [], ['avis', 'avif', 'mif1']);
    expect(await decode(film)).to.deep.equal(await decode(heifFile([COLOUR])));
  });

  it('without a still image is refused by that name', async () => {
    const film = Buffer.concat([box('ftyp', Buffer.from('avis\0\0\0\0avis', 'latin1')), box('moov')]);
    const error = await refusal(film);
    expect(error.message).to.equal(
      'expected an AVIF image, received one without a still image, such as a film',
    );
  });

  it('with a box that reaches beyond the one around it is broken, where the file ends, too', async () => {
    const bytes = heifFile([COLOUR]);
    const properties = bytes.indexOf('iprp') - 4;
    const cut = Buffer.from(bytes.subarray(0, properties + bytes.readUInt32BE(properties)));
    const meta = cut.indexOf('meta') - 4;
    cut.writeUInt32BE(cut.length - meta, meta);
    const associations = cut.indexOf('ipma') - 4;
    cut.writeUInt32BE(cut.readUInt32BE(associations) + 9, associations);
    expect(await refusal(cut)).to.include({ code: 'invalid_image', reason: 'corrupt' });
  });

  it('of more boxes than any real file has is refused at once', async () => {
    const bytes = Buffer.concat([heifFile([COLOUR]), ...Array<Buffer>(1000).fill(box('free'))]);
    expect(await refusal(bytes)).to.include({ reason: 'corrupt' });
  });
});

function sized(width: number, height: number): Pick<MadeItem, 'properties'> {
  const others = COLOUR.properties.filter((property) => property.toString('latin1', 4, 8) !== 'ispe');
  return { properties: [sizeProperty(width, height), ...others, cropProperty(64, 64)] };
}

function withProperty(item: MadeItem, property: Buffer): MadeItem {
  return { ...item, properties: [...item.properties, property] };
}

function grid(data: Buffer, [width, height]: readonly [number, number], tiles: readonly MadeItem[]): Buffer {
  const whole = { kind: 'grid', properties: [sizeProperty(width, height)], data };
  return heifFile([whole, ...tiles], [{ kind: 'dimg', from: 1, to: tiles.map((_, i) => i + 2) }]);
}

async function decode(bytes: Uint8Array, orient = false): Promise<RgbImage> {
  return decodeImage(bytes, await inspectImage(bytes, NO_LIMITS, orient), { orient });
}

async function refusal(bytes: Uint8Array, maxPixels = Infinity): Promise<HandspringError> {
  try {
    const header = await inspectImage(bytes, { maxBytes: Infinity, maxPixels });
    await decodeImage(bytes, header, { orient: false });
  } catch (error) {
    if (error instanceof HandspringError) return error;
    throw error;
  }
  throw new Error('the image was not refused');
}

function pixel({ data, width }: RgbImage, x: number, y: number): number[] {
  return Array.from(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
}
