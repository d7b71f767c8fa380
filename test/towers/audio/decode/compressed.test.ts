import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ROOT } from '../../../../src/core/own-module.js';
import { decodeSound } from '../../../../src/towers/audio/decode/decode.js';
import { noise } from '../../../support/random.js';
import { CHORD_SECONDS, chordAt } from '../chord.js';

const LIMITS = { maxSeconds: 10 };
const readSound = (name: string) => readFileSync(new URL(`test/fixtures/sounds/${name}`, ROOT));

/** As the files were made: the mean of two channels of which the second is half as loud, or one. */
const FILES = [
  { name: 'chord.mp3', rate: 44_100, gain: 0.75, within: 0.01 },
  { name: 'chord.flac', rate: 32_000, gain: 1, within: 5e-5 },
  { name: 'chord.ogg', rate: 44_100, gain: 0.75, within: 0.02 },
  { name: 'chord.opus', rate: 48_000, gain: 1, within: 0.05 },
];

const refusalOf = (bytes: Uint8Array, limits = LIMITS) =>
  decodeSound(bytes, limits).then(
    () => undefined,
    (error: { code: string; reason: string; message: string }) => error,
  );

for (const { name, rate, gain, within } of FILES) {
  describe(name, () => {
    const bytes = readSound(name);

    it('is the chord that it was made of, in time to the sample', async () => {
      const sound = await decodeSound(bytes, LIMITS);
      const chord = chordAt(rate);
      expect(sound.rate).to.equal(rate);
      expect(sound.samples.length).to.be.closeTo(CHORD_SECONDS * rate, 0.03 * rate);
      // Away from the ends, which codecs that lose something blur.
      let largest = 0;
      for (let at = Math.floor(0.1 * rate); at < 1.4 * rate; at++)
        largest = Math.max(largest, Math.abs(sound.samples[at]! - gain * chord[at]!));
      expect(largest).to.be.at.most(within);
    });

    it('is refused over the longest time, while it is decoded', async () => {
      const error = await refusalOf(bytes, { maxSeconds: 1 });
      expect(error?.message).to.match(
        /^expected a sound of at most 1 s at \d+ Hz \(MAX_SOUND_SECONDS\), received 1/,
      );
      expect(error?.reason).to.equal('too_long');
    });

    it('with a damaged byte here and there is a sound or a refusal, and harms none that comes after', async () => {
      const random = noise(400, 5);
      for (let round = 0; round < 40; round++) {
        const damaged = Buffer.from(bytes);
        for (let k = 0; k < 5; k++) {
          const place = random.readUInt16LE((round * 10 + 2 * k) % 398) % bytes.length;
          damaged[place] = damaged[place]! ^ (1 + (random[round] ?? 0));
        }
        const error = await refusalOf(damaged);
        if (error) expect(error.code, error.message).to.equal('invalid_media');
      }
      expect((await decodeSound(bytes, LIMITS)).samples.length).to.be.greaterThan(rate);
    });

    it('cut to its first bytes is refused or a shorter sound', async () => {
      for (const length of [4, 60, 300, Math.floor(bytes.length / 2)]) {
        const outcome = await decodeSound(bytes.subarray(0, length), LIMITS).catch(
          ({ code }: { code: string }) => code,
        );
        if (outcome !== 'invalid_media')
          expect((outcome as { samples: Float32Array }).samples.length).to.be.lessThan(CHORD_SECONDS * rate);
      }
    });
  });
}

describe('what a decoder prints of a broken file', () => {
  const printed: string[] = [];
  const write = process.stderr.write.bind(process.stderr);
  before(() => {
    process.stderr.write = (text: string | Uint8Array) => printed.push(text.toString()) > 0;
  });
  after(() => {
    process.stderr.write = write;
  });
  afterEach(() => void printed.splice(0));

  /** The second half is noise in which it finds frames: a line for each. */
  const damaged = Buffer.from(readSound('chord.mp3'));
  for (let at = damaged.length >> 1; at < damaged.length; at += 2) damaged[at]! ^= 0x5a;

  it('is not printed', async () => {
    expect((await refusalOf(damaged))?.message).to.include('its decoder could not follow');
    expect(printed).to.deep.equal([]);
  });

  it('hides nothing that others print', async () => {
    const refused = refusalOf(damaged);
    console.error('meanwhile');
    await refused;
    console.error('afterwards');
    expect(printed).to.deep.equal(['meanwhile\n', 'afterwards\n']);
  });
});

describe('an MP3 file with tags', () => {
  it('is the same sound as without', async () => {
    const bytes = readSound('chord.mp3');
    const before = Buffer.concat([
      Buffer.from('ID3\x04\x00\x00\x00\x00\x02\x00', 'latin1'),
      Buffer.alloc(256, 0xff),
    ]);
    const behind = Buffer.alloc(128, 0xfb);
    behind.write('TAG', 'latin1');
    const tagged = await decodeSound(Buffer.concat([before, bytes, behind]), LIMITS);
    expect(tagged).to.deep.equal(await decodeSound(bytes, LIMITS));
  });
});

describe('a file filled up with zeros', () => {
  for (const name of ['chord.mp3', 'chord.flac'])
    it(`is the same sound as without: ${name}`, async () => {
      const bytes = readSound(name);
      const exact = await decodeSound(bytes, LIMITS);
      for (const zeros of [300, 5_000, 50_000])
        expect(
          (await decodeSound(Buffer.concat([bytes, Buffer.alloc(zeros)]), LIMITS)).samples,
        ).to.deep.equal(exact.samples);
    });
});

describe('a FLAC file with a tag behind it', () => {
  it('is the same sound as without, to its last sample', async () => {
    const bytes = readSound('chord.flac');
    const tagged = Buffer.concat([bytes, Buffer.from('TAG'.padEnd(128, '\0'))]);
    expect(await decodeSound(tagged, LIMITS)).to.deep.equal(await decodeSound(bytes, LIMITS));
  });
});

describe('an Ogg file', () => {
  const bytes = readSound('chord.ogg');

  for (const name of ['chord.ogg', 'chord.opus']) {
    it(`of several streams, one behind the other, is all of them: ${name}`, async () => {
      const one = await decodeSound(readSound(name), LIMITS);
      const { samples } = await decodeSound(Buffer.concat([readSound(name), readSound(name)]), LIMITS);
      const length = one.samples.length;
      expect(samples).to.have.length(2 * length);
      for (const at of [0, length]) expect(samples.slice(at, at + length)).to.deep.equal(one.samples);
    });
  }

  it('is refused where a page is damaged, with the place', async () => {
    const damaged = Buffer.from(bytes);
    damaged[bytes.length - 50]! ^= 1;
    const error = await refusalOf(damaged);
    expect(error?.message).to.match(
      /^expected a whole Ogg file, received one whose page at byte \d+ is damaged$/,
    );
    expect(error?.reason).to.equal('broken');
  });

  it('may have something behind its last page', async () => {
    const longer = Buffer.concat([bytes, Buffer.from('TAG and what some programs write')]);
    expect(await decodeSound(longer, LIMITS)).to.deep.equal(await decodeSound(bytes, LIMITS));
  });
});
