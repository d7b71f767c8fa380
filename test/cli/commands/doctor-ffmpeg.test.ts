import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { checkFfmpeg } from '../../../src/cli/doctor/check-ffmpeg.js';

const BOTH = 'all videos, and sounds in AAC, M4A, WebM, AIFF and others';

describe('what the doctor says of ffmpeg', () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), 'doctor-ffmpeg-'))));
  after(() => rm(folder, { recursive: true }));

  /** A program that says so when it is asked for its version. */
  const program = async (script: string) => {
    const file = path.join(folder, 'ffmpeg');
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
    return file;
  };
  const look = async (ffmpeg: string, modalities = ['audio', 'video']) =>
    (await checkFfmpeg({ ffmpeg, modalities }))[0];

  it('is nothing where no tower reads by one', async () => {
    expect(await look('off', ['image', 'text'])).to.equal(undefined);
  });

  for (const version of ['5.1.9-0+deb12u1', 'n6.1', '8.0', 'N-123456-g0123456789'])
    it(`is its place and its version: ${version}`, async () => {
      const file = await program(`echo "ffmpeg version ${version} Copyright (c) 2000-2026"`);
      expect(await look(file)).to.deep.equal({ state: 'ok', what: `ffmpeg is ${file}, ${version}` });
    });

  it('is a warning where it is too old', async () => {
    const file = await program('echo "ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright (c) 2000-2021"');
    expect(await look(file)).to.deep.equal({
      state: 'warning',
      what: `ffmpeg is ${file}, 4.4.2-0ubuntu0.22.04.1`,
      advice: `take 5.1 or newer, or ${BOTH} may be refused`,
    });
  });

  it('is a warning where it says something else, or does not run', async () => {
    const other = await program('echo "something version 1.0"');
    expect((await look(other))?.what).to.equal(
      `ffmpeg is ${other}, which does not tell its version: it says something else`,
    );
    const broken = await program('exit 3');
    expect((await look(broken))?.what).to.include('does not tell its version: Command failed');
    expect((await look(broken))?.advice).to.equal(`without one that runs, ${BOTH} are refused`);
  });

  it('names what cannot be read where there is none, or none is wanted', async () => {
    expect(await look('off')).to.deep.equal({
      state: 'warning',
      what: `FFMPEG is off: ${BOTH} are refused`,
      advice: 'install ffmpeg, or set FFMPEG to where it is',
    });
    expect((await look('off', ['video']))?.what).to.equal('FFMPEG is off: all videos are refused');
    const { PATH } = process.env;
    process.env['PATH'] = folder;
    await rm(path.join(folder, 'ffmpeg'), { force: true });
    const [none] = await checkFfmpeg({ ffmpeg: 'auto', modalities: ['audio'] });
    process.env['PATH'] = PATH;
    expect(none?.what).to.equal('no ffmpeg: sounds in AAC, M4A, WebM, AIFF and others are refused');
  });

  it('is a problem where FFMPEG names a program that is not there', async () => {
    expect(await look('/nowhere')).to.include({ state: 'problem' });
  });
});
