import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { namelessFile } from './nameless-file.js';

/** The program, and what bounds it where there is such. */
export interface Ffmpeg {
  readonly program: string;
  /** util-linux' `prlimit`: limits of the kernel on the child's memory, time and files. */
  readonly prlimit?: string | undefined;
}

export interface FfmpegRun {
  readonly bytes: Uint8Array;
  /** The only demuxer it may use: what a file claims to be elsewhere opens no other. */
  readonly demuxer: string;
  /** The only decoders it may use, with commas between. */
  readonly decoders: string;
  /** Options of the input beside those, and all of the output's. */
  readonly input?: readonly string[];
  readonly output: readonly string[];
  /** More than so many bytes of answer are not read. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** Why a run came to nothing. */
export class FfmpegFailure extends Error {
  override readonly name = 'FfmpegFailure';
  constructor(
    readonly reason: 'failed' | 'too_much' | 'too_slow',
    message: string,
  ) {
    super(message);
  }

  /** The codec, by ffmpeg's name for it, that this one was built without or may not use; `undefined` if that was not why. */
  get missingCodec(): string | undefined {
    return /Decoder \(codec (\S+)\) not found|Codec \((\S+)\) not on whitelist/
      .exec(this.message)
      ?.slice(1)
      .find((name) => name !== undefined);
  }
}

/** By the clock, and of one core. A video of the longest that is let in takes a few seconds of either. */
const LONGEST_MS = 40_000;
const CPU_SECONDS = 30;
/** Of address space, of which shared libraries take a few hundred megabytes. */
const MEMORY_BYTES = 2 ** 31;
/** Of one picture: those of 8K, and a little more. */
export const MOST_VIDEO_PIXELS = 36_000_000;
/** Of what it says of itself, for the log. */
const MESSAGE_BYTES = 2_000;

const LIMITS = [
  `--as=${MEMORY_BYTES}`,
  `--cpu=${CPU_SECONDS + 5}`,
  '--fsize=0',
  '--core=0',
  '--nofile=64',
  '--',
];

/** The file that is its standard input, opened once more, so that it can be moved about in. */
const INPUT = 'file:/dev/fd/0';

/**
 * What ffmpeg writes of some bytes, piece by piece. It is a process of its own group without environment, shell or name of any
 * file, and may open nothing but what it is given; it is killed with all that it started when it takes too long, writes too
 * much, or the reading ends early.
 * @throws FfmpegFailure; the signal's reason.
 */
export async function* runFfmpeg(ffmpeg: Ffmpeg, run: FfmpegRun): AsyncGenerator<Buffer, void, void> {
  const { maxBytes, signal } = run;
  signal?.throwIfAborted();
  const file = await namelessFile(run.bytes);
  const child = start(ffmpeg, argumentsOf(run), file.fd);
  let failure: unknown;
  const end = (reason: unknown) => {
    failure ??= reason;
    kill(child);
  };
  const onAbort = () => end(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(
    () => end(new FfmpegFailure('too_slow', `not done in ${LONGEST_MS} ms`)),
    LONGEST_MS,
  );
  const message = readMessage(child);
  const ended = endOf(child);
  try {
    let count = 0;
    for await (const piece of child.stdout as AsyncIterable<Buffer>) {
      count += piece.length;
      if (count > maxBytes) throw new FfmpegFailure('too_much', `more than ${maxBytes} bytes`);
      yield piece;
    }
    const code = await ended;
    if (failure === undefined && code !== 0)
      throw new FfmpegFailure('failed', `it ended with ${code}: ${message()}`);
    if (failure !== undefined) throw failure as Error;
  } catch (error) {
    throw (failure ?? error) as Error; // what it was ended for, and not that its pipe broke
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    kill(child);
    await ended;
    await file.close();
  }
}

function argumentsOf({ demuxer, decoders, input = [], output }: FfmpegRun): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-timelimit', String(CPU_SECONDS)],
    ...['-protocol_whitelist', 'file', '-format_whitelist', demuxer, '-codec_whitelist', decoders],
    ...['-max_pixels', String(MOST_VIDEO_PIXELS), '-threads', '1', ...input, '-f', demuxer, '-i', INPUT],
    ...['-threads', '1', ...output, 'pipe:1'],
  ];
}

function start({ program, prlimit }: Ffmpeg, options: readonly string[], input: number): ChildProcess {
  const [command, ...rest] = prlimit === undefined ? [program] : [prlimit, ...LIMITS, program];
  return spawn(command, [...rest, ...options], {
    stdio: [input, 'pipe', 'pipe'],
    env: {},
    cwd: '/',
    detached: true, // a group of its own, to be killed whole
    windowsHide: true,
  });
}

/** Its exit code or the name of its signal; a child that could not be started has ended, too. */
function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'nothing'));
  });
}

/** Kills its whole group; nothing happens if it is gone. */
function kill({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // gone in this moment
  }
}

/** The beginning of what it says; the rest is read and forgotten. */
function readMessage({ stderr }: ChildProcess): () => string {
  let message = '';
  stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (message.length < MESSAGE_BYTES) message += text.slice(0, MESSAGE_BYTES - message.length);
  });
  return () => message.trim();
}
