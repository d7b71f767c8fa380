import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect } from 'chai';
import type { HandspringError } from '../../../../../src/core/errors.js';
import { decodeImage } from '../../../../../src/towers/image/decode/decode.js';
import { bytesPerPixel } from '../../../../../src/towers/image/decode/decoding-bytes.js';
import { loadLibheif } from '../../../../../src/towers/image/decode/heif/libheif.js';
import { withFilters } from '../../../../../src/towers/image/decode/heif/with-filters.js';
import { inspectImage } from '../../../../../src/towers/image/decode/inspect.js';
import type { RgbImage } from '../../../../../src/towers/image/rgb-image.js';
import type { MadeItem } from '../../../../support/heif-file.js';
import { box, gridData, heifFile, number, sizeProperty } from '../../../../support/heif-file.js';
import { itemsOf } from '../../../../support/heif-items.js';
import { fixture, NO_LIMITS } from '../../reference.js';

const BRANDS = ['heic', 'mif1'];
const [PICTURE] = itemsOf(fixture('heic-444.heic'), 'HEIC') as [MadeItem];
const [COLOUR, ALPHA] = itemsOf(fixture('heic-alpha.heic'), 'HEIC') as [MadeItem, MadeItem];
/** As coded, and as shown: the encoder goes no lower than 64 a side, and the file says what is to be cut off. */
const SIDE = 64;
const [WIDTH, HEIGHT] = [61, 47];

describe('HEIC', () => {
  it('is turned, mirrored and cropped as the file says, which is how pillow-heif gives it', async () => {
    const upright = await decode(file(PICTURE));
    expect([upright.width, upright.height]).to.deep.equal([WIDTH, HEIGHT]);
    const turned = await decode(file(withProperty(PICTURE, box('irot', number(1, 1)))));
    expect([turned.width, turned.height]).to.deep.equal([HEIGHT, WIDTH]);
    expect(pixel(turned, 0, 0)).to.deep.equal(pixel(upright, WIDTH - 1, 0));
    const mirrored = await decode(file(withProperty(PICTURE, box('imir', number(1, 1)))));
    expect(pixel(mirrored, 0, 0)).to.deep.equal(pixel(upright, WIDTH - 1, 0));
  });

  it('of tiles, as telephones write it, is put together', async () => {
    const tile = {
      ...PICTURE,
      properties: PICTURE.properties.filter((property) => !isKind(property, 'clap')),
    };
    const [width, height] = [2 * SIDE - 6, 2 * SIDE];
    const grid = {
      kind: 'grid',
      properties: [sizeProperty(width, height)],
      data: gridData(2, 2, width, height),
    };
    const tiles = Array<MadeItem>(4).fill(tile);
    const bytes = heifFile([grid, ...tiles], [{ kind: 'dimg', from: 1, to: [2, 3, 4, 5] }], BRANDS);
    expect(await inspectImage(bytes, NO_LIMITS)).to.deep.equal({
      format: 'HEIC',
      colours: 'rgb',
      width,
      height,
      decodedPixels: 4 * SIDE * SIDE,
    });
    const [image, part] = [await decode(bytes), await decode(file(tile))];
    expect([image.width, image.height]).to.deep.equal([width, height]);
    for (const [x, y] of [
      [0, 0],
      [SIDE, 0],
      [0, SIDE],
      [SIDE, SIDE],
    ] as const) {
      expect(pixel(image, x + 7, y + 9)).to.deep.equal(pixel(part, 7, 9));
    }
  });

  it('drops alpha', async () => {
    const both = heifFile([COLOUR, ALPHA], [{ kind: 'auxl', from: 2, to: [1] }], BRANDS);
    expect(await decode(both)).to.deep.equal(await decode(file(COLOUR)));
  });

  it('of 10 bits counts for more where it has alpha', async () => {
    const [deep] = itemsOf(fixture('heic-10-bit.heic'), 'HEIC') as [MadeItem];
    const both = heifFile([deep, ALPHA], [{ kind: 'auxl', from: 2, to: [1] }], BRANDS);
    expect(bytesPerPixel(await inspectImage(both, NO_LIMITS))).to.equal(26);
  });

  it('whose stream is larger than it says is refused before it is decoded, and the next one is decoded', async () => {
    // The decoder may go up to a block beyond what is said: 190 x 130 are more than that.
    const [large] = itemsOf(fixture('heic-low-quality.heic'), 'HEIC') as [MadeItem];
    const error = await refusal(
      file({ ...large, properties: [sizeProperty(8, 8), ...without(large, 'ispe')] }),
    );
    expect(error).to.include({ code: 'invalid_image', reason: 'corrupt' });
    expect(error.cause)
      .to.have.property('message')
      .that.matches(/Security limit exceeded: Image size/);
    expect(await decode(file(PICTURE))).to.have.property('width', WIDTH);
  });

  it('that is broken in its pixels does not spoil the next one', async () => {
    const expected = await decode(file(PICTURE));
    for (let at = 0; at < 40; at++) {
      const data = Buffer.from(PICTURE.data);
      data.fill(at * 6, 5 + at, 60 + at);
      await decode(file({ ...PICTURE, data })).catch((error: HandspringError) => {
        expect(error.code).to.equal('invalid_image');
      });
      expect(await decode(file(PICTURE))).to.deep.equal(expected);
    }
  });

  it('that is cut says so', async () => {
    const bytes = fixture('heic-420.heic');
    for (const length of [20, 100, bytes.length - 1]) {
      expect(await refusal(bytes.subarray(0, length))).to.include({ reason: 'truncated' });
    }
  });

  it('whose picture is coded otherwise is refused by that name', async () => {
    const error = await refusal(file({ ...PICTURE, kind: 'vvc1' }));
    expect(error.message).to.equal(
      'expected a HEIC image of pixels or of a grid of tiles, received one of kind vvc1',
    );
  });

  it('is refused by name where its decoder is not installed', async () => {
    const error: unknown = await loadLibheif('no-libheif-here').catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'invalid_image', reason: 'unsupported' });
    expect(error).to.have.property(
      'message',
      'expected an image of another format, received a HEIC image, whose decoder no-libheif-here is not installed',
    );
  });

  it('is decoded with the filters that libheif is built without', () => {
    const program = readFileSync(
      createRequire(import.meta.url).resolve('libheif-js/libheif-wasm/libheif.wasm'),
    );
    const changed = withFilters(program);
    const places = Array.from(program.keys()).filter((at) => program[at] !== changed[at]);
    expect(places).to.have.length(4);
    expect(places.map((at) => [program[at], changed[at]])).to.deep.equal(Array(4).fill([1, 0]));
    expect(withFilters(changed)).to.deep.equal(changed);
  });
});

function file(item: MadeItem): Buffer {
  return heifFile([item], [], BRANDS);
}

function withProperty(item: MadeItem, property: Buffer): MadeItem {
  return { ...item, properties: [...item.properties, property] };
}

function without({ properties }: MadeItem, kind: string): Buffer[] {
  return properties.filter((property) => !isKind(property, kind) && !isKind(property, 'clap'));
}

function isKind(property: Buffer, kind: string): boolean {
  return property.toString('latin1', 4, 8) === kind;
}

async function decode(bytes: Uint8Array): Promise<RgbImage> {
  return decodeImage(bytes, await inspectImage(bytes, NO_LIMITS), { orient: false });
}

async function refusal(bytes: Uint8Array): Promise<HandspringError> {
  return decode(bytes).then(
    () => expect.fail('the image was not refused'),
    (error: HandspringError) => error,
  );
}

function pixel({ data, width }: RgbImage, x: number, y: number): number[] {
  return Array.from(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
}
