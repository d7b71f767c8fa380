import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { findFfmpeg } from '../../../src/open/find-ffmpeg.js';
import { FfmpegFailure, runFfmpeg } from '../../../src/towers/media/ffmpeg.js';
import type { FfmpegRun } from '../../../src/towers/media/ffmpeg.js';
import { makeFolder } from '../../support/folder.js';
import { FFMPEG, makeMedia } from '../../support/ffmpeg.js';

const BYTES = Buffer.from('what it is given');
const RUN: FfmpegRun = {
  bytes: BYTES,
  demuxer: 'wav',
  decoders: 'pcm_s16le',
  output: [],
  maxBytes: 1_000_000,
};

describe('ffmpeg as a child', () => {
  let place: Awaited<ReturnType<typeof makeFolder>>;
  before(async () => {
    place = await makeFolder({});
  });
  after(() => place.remove());

  /** A stand-in that is a script of the shell. */
  async function program(script: string): Promise<string> {
    const file = path.join(place.folder, `program-${Math.random()}`);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o700);
    return file;
  }

  async function run(script: string, changes: Partial<FfmpegRun> = {}): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of runFfmpeg({ program: await program(script) }, { ...RUN, ...changes }))
      pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }

  const failureOf = (script: string, changes: Partial<FfmpegRun> = {}) =>
    run(script, changes).then(
      (text) => expect.fail(`it gave ${text}`),
      (error: unknown) => error as FfmpegFailure,
    );

  it('has the bytes as a file that can be read twice, and that has no name left', async () => {
    expect(await run('cat /dev/fd/0; cat /dev/fd/0')).to.equal(String(BYTES) + String(BYTES));
    expect(await run('ls -l /proc/self/fd/')).to.match(/ 0 -> .*handspring-.* \(deleted\)/);
  });

  it('has them in memory where no folder for temporary files can be written', async () => {
    const before = process.env['TMPDIR'] ?? '';
    process.env['TMPDIR'] = path.join(place.folder, 'not-there');
    try {
      const given = await run('ls -l /proc/self/fd/; cat /dev/fd/0');
      expect(given)
        .to.match(/ 0 -> \/dev\/shm\/handspring-.* \(deleted\)/)
        .and.contain(String(BYTES));
    } finally {
      process.env['TMPDIR'] = before; // empty is as if there were none
    }
  });

  it('has no environment, and is told to open nothing but what it is given', async () => {
    process.env['SECRET_OF_THE_TEST'] = 'told';
    const environment = await run("tr '\\0' '\\n' < /proc/$$/environ");
    delete process.env['SECRET_OF_THE_TEST'];
    // Node itself adds this one to children while what is covered is measured.
    expect(environment.replace(/^NODE_V8_COVERAGE=.*\n?/, '')).to.equal('');
    const told = await run('echo "$@"');
    expect(told).to.contain('-nostdin').and.contain('-protocol_whitelist file -format_whitelist wav');
    expect(told).to.contain('-codec_whitelist pcm_s16le').and.contain('-f wav -i file:/dev/fd/0');
  });

  it('is told by its code and the beginning of what it says, however much that is', async () => {
    const failure = await failureOf(
      'i=0; while [ $i -lt 3000 ]; do echo "no such stream" >&2; i=$((i+1)); done; exit 7',
    );
    expect(failure).to.be.instanceOf(FfmpegFailure).and.include({ reason: 'failed' });
    expect(failure.message)
      .to.match(/^it ended with 7: no such stream/)
      .and.have.length.below(2_100);
    const lacking = 'echo "Decoder (codec hevc) not found for input stream #0:0" >&2; exit 1';
    expect(await failureOf(lacking)).to.include({ reason: 'failed', missingCodec: 'hevc' });
    expect((await failureOf('kill -9 $$')).message).to.contain('SIGKILL');
  });

  it('is ended with all that it started once it has written too much', async () => {
    const mark = path.join(place.folder, 'mark');
    const script = `(sleep 0.5; echo on > ${mark}) & while :; do echo 0123456789; done`;
    const failure = await failureOf(script, { maxBytes: 100_000 });
    expect(failure).to.include({ reason: 'too_much' });
    await pause(900);
    expect(await readFile(mark, 'utf8').catch(() => 'never written')).to.equal('never written');
  });

  it('is ended when nobody waits for it any more, and when reading stops', async () => {
    const stop = new AbortController();
    const started = performance.now();
    setTimeout(() => stop.abort(new Error('gone')), 50);
    expect((await failureOf('exec sleep 20', { signal: stop.signal })).message).to.equal('gone');
    for await (const piece of runFfmpeg({ program: await program('echo 1; exec sleep 20') }, RUN)) {
      expect(piece.toString()).to.equal('1\n');
      break;
    }
    expect(performance.now() - started).to.be.below(5_000);
  });

  it('tells of a program that cannot be started', async () => {
    const failure = await runFfmpeg({ program: '/nowhere/ffmpeg' }, RUN)
      .next()
      .catch((error: unknown) => error as FfmpegFailure);
    expect(failure).to.be.instanceOf(FfmpegFailure);
  });

  it('is bounded by the kernel too where there is prlimit', async function () {
    if (FFMPEG?.prlimit === undefined) return this.skip();
    const ffmpeg = { program: await program('ulimit -v; ulimit -f; ulimit -c'), prlimit: FFMPEG.prlimit };
    const pieces: string[] = [];
    for await (const piece of runFfmpeg(ffmpeg, RUN)) pieces.push(piece.toString());
    expect(pieces.join('').split('\n')).to.deep.equal(['2097152', '0', '0', '']);
  });

  it('opens no playlist that poses as a sound, nor a file that one names', async function () {
    if (!FFMPEG) return this.skip();
    for (const text of [
      '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n',
      'ffconcat version 1.0\nfile /etc/passwd\n',
    ]) {
      const bytes = Buffer.from(text);
      const failure = await runFfmpeg(FFMPEG, { ...RUN, bytes, output: ['-f', 'wav'] })
        .next()
        .catch((e: unknown) => e);
      expect(failure).to.be.instanceOf(FfmpegFailure);
    }
  });

  it('refuses a picture of more pixels than are let in, in little memory and time', async function () {
    if (!FFMPEG) return this.skip();
    this.timeout(30_000);
    const size = ['-f', 'lavfi', '-i', 'color=black:s=9000x4500:d=0.04:r=25'];
    const bytes = makeMedia([...size, '-c:v', 'mjpeg', '-f', 'matroska']);
    const output = ['-map', '0:v:0', '-f', 'rawvideo', '-pix_fmt', 'rgb24'];
    const started = performance.now();
    const failure = await runFfmpeg(FFMPEG, {
      bytes,
      demuxer: 'matroska',
      decoders: 'mjpeg',
      output,
      maxBytes: 1e9,
    })
      .next()
      .catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(FfmpegFailure);
    expect(performance.now() - started).to.be.below(5_000);
  });
});

describe('findFfmpeg', () => {
  it('takes one on the PATH, a path, or none; and a name that is not there is an error', () => {
    const searchPath = '/nowhere:/bin';
    expect(findFfmpeg('sh', { searchPath })?.program).to.equal('/bin/sh');
    expect(findFfmpeg('/bin/sh', { searchPath: '' })).to.deep.equal({
      program: '/bin/sh',
      prlimit: undefined,
    });
    expect(findFfmpeg('auto', { searchPath: '/nowhere' })).to.equal(undefined);
    expect(findFfmpeg('off')).to.equal(undefined);
    expect(findFfmpeg('/bin/sh', { platform: 'win32' })).to.equal(undefined);
    for (const wrong of ['/nowhere/ffmpeg', '/etc/passwd', 'no-such-program'])
      expect(() => findFfmpeg(wrong)).to.throw(
        `FFMPEG: expected a program that can be run, received "${wrong}"`,
      );
  });
});
