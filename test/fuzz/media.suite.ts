import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { HandspringError } from '../../src/core/errors.js';
import { ROOT } from '../../src/core/own-module.js';
import { decodeSound } from '../../src/towers/audio/decode/decode.js';
import { toOwnSound } from '../../src/towers/audio/decode/foreign-sound.js';
import { FFMPEG, makeMedia } from '../support/ffmpeg.js';
import { seededRandom } from '../support/random.js';
import { expectUnharmed, ROUNDS, SEED, serviceOfSuite } from './fuzz-suite.js';
import { mutate } from './mutate.js';

const SOUNDS = fileURLToPath(new URL('test/fixtures/sounds/', ROOT));
const SOUND_ROUNDS = Math.ceil(ROUNDS / 10);
const VIDEO_ROUNDS = Math.ceil(ROUNDS / 40);
const MODEL = {
  args: ['--model', 'starter', '--modalities', 'image,audio,video', '--max-sound-seconds', '60'],
  modalities: ['image', 'audio'], // frames of videos go to the encoder of images
};

const TONE = ['-f', 'lavfi', '-i', 'sine=f=440:d=1'];
const FILM = ['-f', 'lavfi', '-i', 'testsrc2=s=160x120:r=10:d=2'];

/** Each kind that is decoded here, and those that ffmpeg reads. */
const sounds = () => [
  ...readdirSync(SOUNDS).map((name) => readFileSync(SOUNDS + name)),
  makeMedia([...TONE, '-c:a', 'pcm_s16le', '-f', 'wav']),
  makeMedia([...TONE, '-c:a', 'aac', '-f', 'ipod']),
  makeMedia([...TONE, '-c:a', 'aac', '-f', 'adts']),
  makeMedia([...TONE, '-f', 'aiff']),
  makeMedia([...TONE, '-c:a', 'libopus', '-f', 'webm']),
];

const videos = () => [
  makeMedia([...FILM, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-f', 'mp4']),
  makeMedia([...FILM, '-c:v', 'libvpx-vp9', '-b:v', '200k', '-f', 'webm']),
  makeMedia([...FILM, '-c:v', 'mpeg4', '-f', 'avi']),
  makeMedia([...FILM, '-c:v', 'mpeg2video', '-f', 'mpegts']),
  makeMedia([...FILM, '-c:v', 'mjpeg', '-f', 'matroska']),
];

const toBody = (field: 'audio' | 'video', bytes: Buffer, how: string) => ({
  bytes: Buffer.from(`{"${field}":["${bytes.toString('base64')}"]}`),
  headers: {},
  how,
});

describe(`mutated sounds and videos, seed ${SEED}`, function () {
  this.timeout(30 * 60_000);
  const service = serviceOfSuite(MODEL);

  it(`${SOUND_ROUNDS} sounds: decoded, or refused by name, in this process`, async () => {
    const [inputs, random] = [sounds(), seededRandom(SEED)];
    const limits = { maxSeconds: 60 };
    let decoded = 0;
    for (let round = 0; round < SOUND_ROUNDS; round++) {
      const { bytes, how } = mutate(inputs, random);
      try {
        const { samples } = await decodeSound(await toOwnSound(bytes, FFMPEG, limits), limits);
        expect(samples.length, how).to.be.within(1, 60 * 48_000);
        decoded++;
      } catch (error) {
        if (!(error instanceof HandspringError)) throw new Error(`${how}, round ${round}`, { cause: error });
      }
    }
    expect(decoded).to.be.within(SOUND_ROUNDS / 50, SOUND_ROUNDS);
  });

  it(`${SOUND_ROUNDS} sounds through the service: no crash, no hang, no growth, no 5xx`, async () => {
    const [inputs, random] = [sounds(), seededRandom(SEED + 1)];
    const next = () => {
      const { bytes, how } = mutate(inputs, random);
      return toBody('audio', bytes, how);
    };
    await expectUnharmed(service(), SOUND_ROUNDS, next, [200, 422]);
  });

  it(`${VIDEO_ROUNDS} videos through the service: no crash, no hang, no growth, no 5xx`, async () => {
    const [inputs, random] = [videos(), seededRandom(SEED + 2)];
    const next = () => {
      const { bytes, how } = mutate(inputs, random);
      return toBody('video', bytes, how);
    };
    await expectUnharmed(service(), VIDEO_ROUNDS, next, [200, 422]);
  });

  it('bombs are refused: hours in few bytes, huge pictures, many frames, playlists that pose as films', async () => {
    const silence = (options: readonly string[]) =>
      makeMedia(['-f', 'lavfi', '-i', 'anullsrc=r=8000:cl=mono', '-t', '14400', ...options]);
    const picture = ['-f', 'lavfi', '-i', 'color=s=16000x8000:r=1:d=1'];
    const many = ['-f', 'lavfi', '-i', 'color=s=16x16:r=1000:d=299'];
    const bombs = [
      toBody('audio', silence(['-c:a', 'flac', '-f', 'flac']), 'hours of FLAC'),
      toBody('audio', silence(['-c:a', 'alac', '-f', 'ipod']), 'hours of ALAC'),
      toBody('video', makeMedia([...picture, '-c:v', 'mjpeg', '-f', 'matroska']), 'a huge picture'),
      toBody('video', makeMedia([...many, '-c:v', 'mpeg4', '-f', 'avi']), 'many frames'),
      toBody('video', Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'), 'a playlist'),
      toBody('video', Buffer.from('\0\0\0\x18ftypmp42\n#EXTM3U\nfile:///etc/passwd\n'), 'a playlist as MP4'),
    ];
    for (const bomb of bombs) {
      const refusals = service().statuses.get(422) ?? 0;
      const started = performance.now();
      await service().send(1, () => bomb);
      expect(service().problems).to.deep.equal([]);
      expect(service().statuses.get(422), bomb.how).to.equal(refusals + 1);
      expect(performance.now() - started, bomb.how).to.be.below(30_000);
    }
    await service().expectHealthy(undefined);
  });
});
