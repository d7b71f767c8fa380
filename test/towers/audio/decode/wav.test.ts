import { expect } from 'chai';
import { decodeSound } from '../../../../src/towers/audio/decode/decode.js';
import { chordAt } from '../chord.js';
import { pcm16, wavFile } from '../wav-file.js';
import type { WavForm } from '../wav-file.js';

const LIMITS = { maxSeconds: 10 };
const CHORD = chordAt(16_000);

/** The chord's samples, each written by a function into its bytes. */
function encoded(bytes: number, write: (data: Buffer, sample: number, at: number) => void): Buffer {
  const data = Buffer.alloc(bytes * CHORD.length);
  CHORD.forEach((sample, k) => write(data, sample, bytes * k));
  return data;
}

const FORMS: readonly (readonly [name: string, data: Buffer, form: WavForm, within: number])[] = [
  ['8 bits', encoded(1, (d, s, at) => d.writeUInt8(Math.round(s * 127) + 128, at)), { bits: 8 }, 8e-3],
  ['16 bits', pcm16(CHORD), { bits: 16 }, 5e-5],
  ['24 bits', encoded(3, (d, s, at) => d.writeIntLE(Math.round(s * 8_388_607), at, 3)), { bits: 24 }, 2e-7],
  [
    '32 bits',
    encoded(4, (d, s, at) => d.writeInt32LE(Math.round(s * 2_147_483_647), at)),
    { bits: 32 },
    1e-7,
  ],
  [
    '20 bits in 24',
    encoded(3, (d, s, at) => d.writeIntLE(Math.round(s * 524_287) << 4, at, 3)),
    { bits: 20 },
    3e-6,
  ],
  ['floats of 32 bits', encoded(4, (d, s, at) => d.writeFloatLE(s, at)), { code: 3, bits: 32 }, 0],
  ['floats of 64 bits', encoded(8, (d, s, at) => d.writeDoubleLE(s, at)), { code: 3, bits: 64 }, 0],
  ['an extensible header', pcm16(CHORD), { bits: 16, isExtensible: true }, 5e-5],
  ['chunks before the data, one of them odd', pcm16(CHORD), { extra: [['LIST', Buffer.from('odd')]] }, 5e-5],
  ['a size that was never known', pcm16(CHORD), { statedSize: 0xffff_ffff }, 5e-5],
  ['a size of 0 that nobody came back to write', pcm16(CHORD), { statedSize: 0 }, 5e-5],
  ['data that end before they should', pcm16(CHORD), { statedSize: 10_000_000 }, 5e-5],
];

const reasonOf = (bytes: Uint8Array, limits = LIMITS) =>
  decodeSound(bytes, limits).then(
    () => expect.fail('it was decoded'),
    ({ code, reason, message }: { code: string; reason: string; message: string }) => {
      expect(code).to.equal('invalid_media');
      return { reason, message };
    },
  );

describe('WAV', () => {
  for (const [name, data, form, within] of FORMS) {
    it(`is read in ${name}`, async () => {
      const { rate, samples } = await decodeSound(wavFile(data, form), LIMITS);
      expect([rate, samples.length]).to.deep.equal([16_000, CHORD.length]);
      const differences = samples.map((sample, at) => Math.abs(sample - CHORD[at]!));
      expect(Math.max(...differences)).to.be.at.most(within);
    });
  }

  it('is read in RF64 as far as its own size says, and not what lies behind', async () => {
    const data = pcm16(CHORD);
    const sizes = Buffer.alloc(28);
    sizes.writeBigUInt64LE(BigInt(data.length), 8);
    const file = wavFile(data, { statedSize: 0xffff_ffff, extra: [['ds64', sizes]] });
    file.write('RF64', 'latin1');
    const behind = Buffer.concat([file, Buffer.from('LIST\x04\0\0\0INFO', 'latin1')]);
    expect((await decodeSound(behind, LIMITS)).samples).to.have.length(CHORD.length);
  });

  it('is the mean of its channels', async () => {
    const both = Float32Array.from({ length: 6 }, (_, at) => [0.5, -0.25][at % 2]!);
    const { samples } = await decodeSound(wavFile(pcm16(both), { channels: 2 }), LIMITS);
    expect(samples).to.have.length(3);
    for (const sample of samples) expect(sample).to.be.closeTo(0.125, 1e-4);
  });

  it('is read in A-law and μ-law, as G.711 has them', async () => {
    const first = async (code: number, byte: number) =>
      (await decodeSound(wavFile(Buffer.of(byte, byte), { code, bits: 8 }), LIMITS)).samples[0]! * 32_768;
    expect([await first(7, 0xff), await first(7, 0x00), await first(7, 0x80)]).to.deep.equal([
      0, -32_124, 32_124,
    ]);
    expect([await first(6, 0xd5), await first(6, 0x55), await first(6, 0xaa)]).to.deep.equal([8, -8, 32_256]);
  });

  it('is refused by what is wrong with it', async () => {
    const sound = wavFile(pcm16(CHORD));
    const cases: readonly (readonly [Uint8Array, string, RegExp])[] = [
      [wavFile(Buffer.alloc(0)), 'empty', /received a file without samples/],
      [sound.subarray(0, 40), 'broken', /expected a WAV file with a data chunk/],
      [wavFile(pcm16(CHORD), { channels: 0 }), 'broken', /1 to 32 channels, received 0/],
      [wavFile(pcm16(CHORD), { channels: 65_535 }), 'broken', /1 to 32 channels/],
      [wavFile(pcm16(CHORD), { rate: 0 }), 'unsupported', /1000 to 384000 samples a second, received 0/],
      [wavFile(pcm16(CHORD), { rate: 0xffff_ffff }), 'unsupported', /samples a second/],
      [wavFile(pcm16(CHORD), { code: 85 }), 'unsupported', /received format 85 in 16 bits/],
      [wavFile(pcm16(CHORD), { bits: 0 }), 'unsupported', /in 0 bits/],
      [wavFile(Buffer.from(Float32Array.of(0, NaN).buffer), { code: 3, bits: 32 }), 'broken', /received NaN/],
    ];
    for (const [bytes, reason, message] of cases) {
      const told = await reasonOf(bytes);
      expect(told.reason, told.message).to.equal(reason);
      expect(told.message).to.match(message);
    }
  });

  it('is refused over the longest time, before it is decoded, and by the samples at high rates', async () => {
    const { reason, message } = await reasonOf(wavFile(pcm16(CHORD)), { maxSeconds: 1 });
    expect(reason).to.equal('too_long');
    expect(message).to.equal(
      'expected a sound of at most 1 s at 16000 Hz (MAX_SOUND_SECONDS), received 1.5 s or more',
    );
    const fast = wavFile(pcm16(new Float32Array(96_000)), { rate: 96_000 });
    expect((await reasonOf(fast, { maxSeconds: 1 })).message).to.contain('at most 0.5 s at 96000 Hz');
  });
});
