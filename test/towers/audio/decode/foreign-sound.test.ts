import { expect } from 'chai';
import { decodeSound } from '../../../../src/towers/audio/decode/decode.js';
import { toOwnSound } from '../../../../src/towers/audio/decode/foreign-sound.js';
import type { HandspringError } from '../../../../src/core/errors.js';
import { FFMPEG, makeMedia } from '../../../support/ffmpeg.js';
import { CHORD_SECONDS, chordAt } from '../chord.js';
import { pcm16, wavFile } from '../wav-file.js';

const RATE = 48_000;
const CHORD = wavFile(pcm16(chordAt(RATE)), { rate: RATE });
const LIMITS = { maxSeconds: 10 };
const FROM_WAV = ['-f', 'wav', '-i', 'pipe:0'];

const failureOf = (bytes: Uint8Array, limits = LIMITS, ffmpeg = FFMPEG) =>
  toOwnSound(bytes, ffmpeg, limits).then(
    () => expect.fail('it was read'),
    (error: unknown) => error as HandspringError,
  );

describe('sounds that only ffmpeg reads', function () {
  this.timeout(20_000);
  before(function () {
    if (!FFMPEG) this.skip();
  });

  const made: readonly [string, readonly string[], number][] = [
    ['AIFF', ['-f', 'aiff'], 1e-6],
    ['ALAC in M4A', ['-c:a', 'alac', '-f', 'ipod'], 1e-6],
    ['CAF', ['-c:a', 'pcm_s16be', '-f', 'caf'], 1e-6],
    ['AU', ['-f', 'au'], 1e-6],
    ['WebM', ['-c:a', 'libopus', '-f', 'webm'], 0.05],
    // It does not say which of its samples the encoder put before the sound.
    ['AAC without a container', ['-c:a', 'aac', '-b:a', '192k', '-f', 'adts'], 1],
    ['AAC in MP4', ['-c:a', 'aac', '-b:a', '192k', '-f', 'mp4'], 0.05],
  ];
  for (const [name, options, most] of made) {
    it(`are decoded: ${name}`, async () => {
      const bytes = makeMedia([...FROM_WAV, ...options], CHORD);
      const { rate, samples } = await decodeSound(await toOwnSound(bytes, FFMPEG, LIMITS), LIMITS);
      expect(rate).to.equal(RATE);
      expect(samples.length / rate).to.be.closeTo(CHORD_SECONDS, 0.1);
      const wanted = chordAt(RATE);
      const middle = [...samples.subarray(RATE / 2, RATE)].map((x, at) =>
        Math.abs(x - wanted[RATE / 2 + at]!),
      );
      expect(Math.max(...middle)).to.be.at.most(most + 1 / 32_768);
    });
  }

  it('are the mean of all their channels, as those that are decoded here', async () => {
    const stereo = makeMedia(
      [...FROM_WAV, '-af', 'pan=stereo|c0=c0|c1=0.5*c0', '-c:a', 'pcm_f32be', '-f', 'aiff'],
      CHORD,
    );
    const { samples } = await decodeSound(await toOwnSound(stereo, FFMPEG, LIMITS), LIMITS);
    const wanted = chordAt(RATE);
    expect(samples[12_345]).to.be.closeTo(0.75 * wanted[12_345]!, 1e-4);
  });

  it('are refused when they are too long, broken, or without sound', async () => {
    const long = makeMedia(['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=mono', '-t', '30', '-f', 'aiff']);
    const sound = await toOwnSound(long, FFMPEG, { maxSeconds: 2 });
    const tooLong = await decodeSound(sound, { maxSeconds: 2 }).catch(
      (error: unknown) => error as HandspringError,
    );
    expect(tooLong).to.include({ limit: 'MAX_SOUND_SECONDS', reason: 'too_long' });
    const many = makeMedia([...FROM_WAV, '-ac', '8', '-f', 'caf'], CHORD);
    expect(await failureOf(many, { maxSeconds: 0 })).to.include({ limit: 'MAX_SOUND_SECONDS' });
    expect(await failureOf(Buffer.from('FORM\x00\x00\x00\x10AIFFCOMM'))).to.include({
      code: 'invalid_media',
      reason: 'broken',
    });
    const silent = makeMedia(['-f', 'lavfi', '-i', 'color=s=64x64:d=0.2', '-c:v', 'mjpeg', '-f', 'matroska']);
    const { reason, message } = await failureOf(silent);
    expect([reason, message]).to.deep.equal([
      'empty',
      'expected a sound, received a WebM or Matroska file without sound',
    ]);
  });

  it('are refused by the codec that ffmpeg does not decode, or may not', async () => {
    const bytes = makeMedia([...FROM_WAV, '-c:a', 'dca', '-strict', '-2', '-f', 'matroska'], CHORD);
    expect(await failureOf(bytes)).to.include({
      reason: 'unsupported',
      message: 'expected a codec that the ffmpeg here decodes, received a WebM or Matroska file of dca',
    });
  });

  it('hold no hours: those of a few megabytes are cut off as they are decoded', async () => {
    const hours = makeMedia([
      '-f',
      'lavfi',
      '-i',
      'anullsrc=r=8000:cl=mono',
      '-t',
      '7200',
      '-c:a',
      'alac',
      '-f',
      'caf',
    ]);
    const started = performance.now();
    const cut = await toOwnSound(hours, FFMPEG, LIMITS);
    expect(cut.length).to.be.below(4 * 8_000 * 12);
    expect(performance.now() - started).to.be.below(5_000);
  });
});

describe('without ffmpeg', () => {
  it('such sounds are refused with one sentence that says what is missing; others are as they were', async () => {
    const error = await toOwnSound(Buffer.from('\0\0\0\x1cftypM4A ', 'latin1'), undefined, LIMITS).catch(
      (error: unknown) => error as HandspringError,
    );
    expect(error).to.include({ code: 'invalid_media', reason: 'unsupported' });
    expect((error as HandspringError).message).to.equal(
      'expected a WAV, MP3, FLAC, Ogg Vorbis or Ogg Opus sound, received an M4A file (AAC or ALAC), for which ' +
        'ffmpeg has to be installed where this service runs (FFMPEG)',
    );
    expect(await toOwnSound(CHORD, undefined, LIMITS)).to.equal(CHORD);
  });
});
