import { expect } from 'chai';
import { recogniseVideo } from '../../../src/towers/video/container.js';
import { cropsOf } from '../../../src/towers/video/crops.js';
import { parseFrameTimes, secondsOf } from '../../../src/towers/video/frame-times.js';
import { readPpm } from '../../../src/towers/video/ppm.js';
import { parseVideoSettings, rowShape, rowsPerVideo } from '../../../src/towers/video/settings.js';
import type { PairsInCrops } from '../../../src/towers/video/settings.js';
import { framesOf, videoRows } from '../../../src/towers/video/video-rows.js';

const LISTED = `#software: x
#tb 0: 1/15360
#dimensions 0: 640x360
0,      -1024,          0,      512,    31325, 0xf978365e
0,       -512,       1024,      512,     2368, 0x3c5395dd, F=0x0
0,          0,        512,      512,      297, 0x2ac98959, F=0x0
0,          1,       -512,      512,      297, 0x2ac98959, F=0x0
`;
const CLIPS = { count: 5, seconds: 2, policy: 'weaviate' };
const OWN = { clips: CLIPS, size: 2, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

describe('parseFrameTimes', () => {
  it('has the times in the order in which frames are shown, without those that never are', () => {
    const times = parseFrameTimes(LISTED)!;
    expect(times).to.deep.equal({
      timeBase: [1, 15_360],
      ...{ width: 640, height: 360, ticks: [0, 512, 1024], lastTicks: 512, areStated: true },
    });
    expect(secondsOf(times)).to.equal(0.1);
  });

  it('has every frame of a container that does not say of all when they are shown', () => {
    const listed = `#tb 0: 1/25
#dimensions 0: 320x180
0, 0, -9223372036854775808, 1, 10394, 0x2fe0d584
0, 1, -9223372036854775808, 1, 6740, 0x2ef7b810
0, 2,          2, 1, 3748, 0x441b213b
`;
    expect(parseFrameTimes(listed)).to.deep.include({ ticks: [0, 1, 2], areStated: false });
  });

  it('is nothing without frames, a time base or a size', () => {
    expect(parseFrameTimes('')).to.equal(undefined);
    for (const line of ['#tb 0: 1/15360', '#dimensions 0: 640x360'])
      expect(parseFrameTimes(LISTED.replace(line, '')), line).to.equal(undefined);
    expect(parseFrameTimes(LISTED.split('\n').slice(0, 3).join('\n'))).to.equal(undefined);
  });
});

describe('readPpm', () => {
  const picture = (width: number, height: number, from: number) =>
    Buffer.concat([
      Buffer.from(`P6\n${width} ${height}\n255\n`),
      Buffer.from(Array.from({ length: width * height * 3 }, (_, at) => from + at)),
    ]);

  it('has each picture, however the bytes come, small ones and a last one without a neighbour', async () => {
    const bytes = Buffer.concat([picture(2, 2, 1), picture(5, 4, 50), picture(1, 1, 9)]);
    for (const size of [1, 7, 64, 1000]) {
      const pieces = (async function* () {
        for (let at = 0; at < bytes.length; at += size)
          yield await Promise.resolve(bytes.subarray(at, at + size));
      })();
      const found: unknown[] = [];
      for await (const { data, width, height } of readPpm(pieces))
        found.push([width, height, data[0], data.length]);
      expect(found).to.deep.equal([
        [2, 2, 1, 12],
        [5, 4, 50, 60],
        [1, 1, 9, 3],
      ]);
    }
  });

  it('leaves out half a picture, and refuses what is none', async () => {
    const read = async (bytes: Buffer) => {
      const found = [];
      for await (const one of readPpm((async function* () { yield await Promise.resolve(bytes); })())) found.push(one);
      return found.length;
    }; // prettier-ignore
    expect(await read(picture(30, 30, 0).subarray(0, 1000))).to.equal(0);
    expect(await read(Buffer.from('nothing of the kind')).catch((error: Error) => error.message)).to.contain(
      'PPM',
    );
  });
});

describe('the rows of a video', () => {
  const frame = (value: number, length: number) => new Float32Array(length).fill(value);

  it('are each frame once for a tower of images, counted as often as clips have it', () => {
    const pairs = [[0, 9], [0, 9], [4, 9]] as const; // prettier-ignore
    const image = { kind: 'images', image: { size: 1 } } as never;
    const prepared = new Map([0, 4, 9].map((number) => [number, frame(number, 3)]));
    const { rows, weights } = videoRows(pairs, prepared, { clips: CLIPS, view: image } as never, false);
    expect(framesOf(pairs)).to.deep.equal([0, 4, 9]);
    expect(rows.map(([x]) => x)).to.deep.equal([0, 9, 4]);
    expect(weights).to.deep.equal([2, 3, 1]);
  });

  it("are pairs of frames, colour by colour, in three squares for ImageBind's; one of a square video", () => {
    const settings = parseVideoSettings(OWN);
    expect([rowShape(settings), rowsPerVideo(settings)]).to.deep.equal([[3, 2, 2, 2], 15]);
    const numbered = (from: number) => Float32Array.from({ length: 36 }, (_, at) => from + at);
    const prepared = new Map([[0, numbered(0)], [1, numbered(100)]]); // prettier-ignore
    const wide = videoRows([[0, 1]], prepared, settings, false);
    expect(wide.rows.map((row) => [row[0], row[4], row[8], row.length])).to.deep.equal([
      [0, 100, 4, 24],
      [12, 112, 16, 24],
      [24, 124, 28, 24],
    ]);
    const square = videoRows([[0, 1], [0, 1]], prepared, settings, true); // prettier-ignore
    expect([square.rows.length, square.weights]).to.deep.equal([1, [6]]);
  });

  it('see left, middle and right of a wide frame, and above, middle and below of a high one', () => {
    const settings = parseVideoSettings(OWN).view as PairsInCrops;
    const shades = [0, 51, 102, 153, 204, 255];
    const wide = { data: Uint8Array.from(shades.flatMap((x) => [x, x, x, x, x, x])), width: 6, height: 2 };
    wide.data.set(Uint8Array.from([...shades, ...shades].flatMap((x) => [x, x, x])));
    const starts = (image: typeof wide) =>
      [0, 1, 2].map((crop) => cropsOf(image, settings)[crop * 12]!.toFixed(1));
    expect(starts(wide)).to.deep.equal(['-1.0', '-0.2', '0.6']);
    const high = { data: Uint8Array.from(shades.flatMap((x) => [x, x, x, x, x, x])), width: 2, height: 6 };
    expect(starts(high)).to.deep.equal(['-1.0', '-0.2', '0.6']);
  });
});

describe('the settings of videos', () => {
  const refused: [object, string][] = [
    [{ clips: {} }, 'clips.policy: expected meta or weaviate, received nothing'],
    [{ clips: { ...CLIPS, count: 0 } }, 'clips.count: expected a whole number of 1 to 100, received 0'],
    [{ size: 'large' }, 'size: expected a whole number of 1 to 1024, received "large"'],
    [{ std: [1, 0, 1] }, 'std: expected three numbers above 0, received [1,0,1]'],
  ];
  for (const [changed, message] of refused)
    it(`name what is wrong: ${message}`, () => {
      expect(() => parseVideoSettings({ ...OWN, ...changed })).to.throw(message);
    });
});

describe('recogniseVideo', () => {
  it('knows containers by their first bytes, and refuses what is none', () => {
    const name = (text: string) => recogniseVideo(Buffer.from(text, 'latin1')).demuxer;
    expect(name('\0\0\0\x18ftypmp42')).to.equal('mov');
    expect(name('\0\0\0\x08wide')).to.equal('mov');
    expect(name('\x1a\x45\xdf\xa3')).to.equal('matroska');
    expect(name('RIFF....AVI ')).to.equal('avi');
    expect(name(`G${' '.repeat(187)}`.repeat(3))).to.equal('mpegts');
    expect(() => name('#EXTM3U\n')).to.throw('received 8 bytes of unknown format');
    expect(() => name('')).to.throw('received no bytes');
  });
});
