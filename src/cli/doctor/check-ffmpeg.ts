import { execFile } from 'node:child_process';
import { findFfmpeg } from '../../open/find-ffmpeg.js';
import type { Config } from '../options/config.js';
import type { Finding } from './finding.js';

/** What of a modality is read by ffmpeg alone. */
const READ_BY_FFMPEG: Readonly<Record<string, string>> = {
  video: 'all videos',
  audio: 'sounds in AAC, M4A, WebM, AIFF and others',
};

/** What is tried here; see the option. */
const OLDEST = { major: 5, minor: 1 };

const WAIT_MS = 5000;

/** Whether there is an ffmpeg for the towers that read by one, of which version it is, and what cannot be read without. */
export async function checkFfmpeg({
  ffmpeg,
  modalities,
}: Pick<Config, 'ffmpeg' | 'modalities'>): Promise<Finding[]> {
  const lost = Object.keys(READ_BY_FFMPEG)
    .filter((modality) => modalities.includes(modality))
    .map((modality) => READ_BY_FFMPEG[modality])
    .join(', and ');
  if (lost === '') return [];
  try {
    const found = findFfmpeg(ffmpeg);
    if (found) return [await checkVersion(found.program, lost)];
  } catch (error) {
    return [
      { state: 'problem', what: (error as Error).message, advice: 'the service does not start with it' },
    ];
  }
  const what = `${ffmpeg === 'off' ? 'FFMPEG is off' : 'no ffmpeg'}: ${lost} are refused`;
  return [{ state: 'warning', what, advice: 'install ffmpeg, or set FFMPEG to where it is' }];
}

async function checkVersion(program: string, lost: string): Promise<Finding> {
  const told = await versionOf(program);
  if (told instanceof Error) {
    const what = `ffmpeg is ${program}, which does not tell its version: ${told.message}`;
    return { state: 'warning', what, advice: `without one that runs, ${lost} are refused` };
  }
  const what = `ffmpeg is ${program}, ${told}`;
  // Builds between two releases have names of other forms, such as N-123456-g0123456789.
  const [, major, minor] = (/^n?(\d+)\.(\d+)/.exec(told) ?? []).map(Number);
  if (major === undefined || minor === undefined) return { state: 'ok', what };
  const isOld = major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor);
  if (!isOld) return { state: 'ok', what };
  const advice = `take ${OLDEST.major}.${OLDEST.minor} or newer, or ${lost} may be refused`;
  return { state: 'warning', what, advice };
}

/** What `ffmpeg -version` says first, as in `ffmpeg version 5.1.9-0+deb12u1 Copyright …`; why not, if it says something else. */
function versionOf(program: string): Promise<string | Error> {
  return new Promise((resolve) => {
    execFile(program, ['-version'], { env: {}, timeout: WAIT_MS, killSignal: 'SIGKILL' }, (error, out) => {
      const [, version] = /^ffmpeg version (\S+)/.exec(out) ?? [];
      const [reason] = (error?.message ?? 'it says something else').split('\n');
      resolve(version ?? new Error(reason));
    });
  });
}
