import { FfmpegFailure, MOST_VIDEO_PIXELS, runFfmpeg } from '../media/ffmpeg.js';
import type { Ffmpeg } from '../media/ffmpeg.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { Container } from './container.js';
import { parseFrameTimes, secondsOf } from './frame-times.js';
import type { FrameTimes } from './frame-times.js';
import { invalidVideo } from './invalid-video.js';
import { readPpm } from './ppm.js';

export interface VideoSource {
  readonly bytes: Uint8Array;
  readonly container: Container;
  readonly ffmpeg: Ffmpeg;
  /** Longest video, in seconds. */
  readonly maxSeconds: number;
  /** Turn it as it says that it is to be shown. */
  readonly orient: boolean;
  readonly signal: AbortSignal;
}

/** What cameras, telephones and browsers make, and what was usual before. */
const DECODERS = [
  ...['h264', 'hevc', 'vp8', 'vp9', 'av1', 'libdav1d', 'mpeg4', 'mpeg2video', 'mpeg1video', 'mjpeg', 'prores'],
  ...['theora', 'h263', 'wmv1', 'wmv2', 'wmv3', 'vc1', 'msmpeg4', 'msmpeg4v2', 'rawvideo'],
].join(); // prettier-ignore

/** Frames a second of the fastest, and bytes of the line that tells of one. */
const MOST_RATE = 240;
const LINE_BYTES = 90;
/** Up to there all frames are decoded in one go; beyond, each that is wanted is sought where it can be, so that a long video costs no more. */
const ONE_PASS_FRAMES = 1_500;

const STREAM = ['-map', '0:V:0'];

/**
 * When its frames are shown, without decoding them.
 * @throws HandspringError `invalid_media` for one that cannot be followed, or is too long or too large.
 */
export async function readFrameTimes(source: VideoSource): Promise<FrameTimes> {
  const { container, maxSeconds } = source;
  const output = [...STREAM, '-c', 'copy', '-f', 'framecrc'];
  const maxBytes = 4096 + maxSeconds * MOST_RATE * LINE_BYTES;
  const pieces: Buffer[] = [];
  for await (const piece of run(source, { output, maxBytes })) pieces.push(piece);
  const times = parseFrameTimes(Buffer.concat(pieces).toString('latin1'));
  if (!times) throw invalidVideo('empty', 'a video', `${container.name} without frames`);
  const seconds = secondsOf(times);
  if (seconds > maxSeconds) throw tooLong(maxSeconds, `${Math.round(seconds * 10) / 10} s`);
  const { width, height } = times;
  if (width * height > MOST_VIDEO_PIXELS)
    throw invalidVideo('too_large', `at most ${MOST_VIDEO_PIXELS} pixels a frame`, `${width}x${height}`);
  return times;
}

/**
 * The frames of those numbers, one after the other, each at its own size.
 * @param wanted Ascending, each once.
 * @param mayBeSought Whether each is sought, instead of decoding all before it, where the video can be sought in.
 * @throws HandspringError `invalid_media` if one of them cannot be decoded.
 */
export async function* readFrames(
  source: VideoSource,
  times: FrameTimes,
  wanted: readonly number[],
  mayBeSought = wanted.at(-1)! >= ONE_PASS_FRAMES,
): AsyncGenerator<RgbImage, void, void> {
  const seeks = mayBeSought && source.container.findsFrames && times.areStated;
  const passes = seeks ? wanted.map((frame) => seek(frame, times)) : [onePass(wanted)];
  const maxBytes = (seeks ? 1 : wanted.length) * (times.width * times.height * 3 + 64);
  let count = 0;
  for (const { input, output } of passes) {
    const turned = source.orient ? input : ['-noautorotate', ...input];
    const pieces = run(source, { input: turned, output: [...STREAM, ...output, ...AS_PPM], maxBytes });
    for await (const frame of readPpm(pieces)) {
      count++;
      yield frame;
    }
  }
  if (count < wanted.length)
    throw invalidVideo(
      'broken',
      `${wanted.length} frames from all over the video`,
      `${source.container.name} of which ${count} could be decoded`,
    );
}

const AS_PPM = ['-fps_mode', 'passthrough', '-pix_fmt', 'rgb24', '-c:v', 'ppm', '-f', 'image2pipe'];

function onePass(wanted: readonly number[]) {
  const chosen = wanted.map((frame) => `eq(n\\,${frame})`).join('+');
  return { input: [], output: ['-vf', `select=${chosen}`, '-frames:v', String(wanted.length)] };
}

/** From half a frame before it on, so that no rounding passes it by. */
function seek(frame: number, { ticks, timeBase: [numerator, denominator] }: FrameTimes) {
  const [before, at] = [ticks[Math.max(0, frame - 1)]!, ticks[frame]!];
  const seconds = (((before + at) / 2) * numerator) / denominator;
  return { input: ['-ss', seconds.toFixed(6)], output: ['-frames:v', '1'] };
}

async function* run(
  { bytes, container, ffmpeg, maxSeconds, signal }: VideoSource,
  {
    input = [],
    output,
    maxBytes,
  }: { input?: readonly string[]; output: readonly string[]; maxBytes: number },
): AsyncGenerator<Buffer, void, void> {
  const { demuxer, name } = container;
  try {
    yield* runFfmpeg(ffmpeg, {
      ...{ bytes, demuxer, decoders: DECODERS, output, maxBytes, signal },
      input: ['-an', '-sn', '-dn', ...input],
    });
  } catch (error) {
    if (!(error instanceof FfmpegFailure)) throw error;
    const { reason, message, missingCodec } = error;
    if (reason === 'too_much') throw tooLong(maxSeconds, `${name} with more frames`, error);
    if (message.includes('matches no streams'))
      throw invalidVideo('empty', 'a video', `${name} without pictures`, { cause: error });
    if (missingCodec !== undefined)
      throw invalidVideo(
        'unsupported',
        'a codec that the ffmpeg here decodes',
        `${name} of ${missingCodec}`,
        {
          cause: error,
        },
      );
    throw invalidVideo('broken', 'a whole video', `${name} that ffmpeg could not follow`, { cause: error });
  }
}

function tooLong(maxSeconds: number, received: string, cause?: unknown) {
  const expected = `a video of at most ${maxSeconds} s and ${MOST_RATE} frames in each (MAX_VIDEO_SECONDS)`;
  return invalidVideo('too_long', expected, received, { limit: 'MAX_VIDEO_SECONDS', cause });
}
