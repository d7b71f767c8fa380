import { findProgram } from '../towers/media/find-program.js';
import type { Ffmpeg } from '../towers/media/ffmpeg.js';

/**
 * The ffmpeg to decode with: that of the option, or with `auto` one on the PATH, if there is one.
 * @param option A path, a name on the PATH, `auto` or `off`.
 * @throws Error that names FFMPEG, where it names a program that is not there.
 */
export function findFfmpeg(
  option: string,
  { searchPath = process.env['PATH'] ?? '', platform = process.platform } = {},
): Ffmpeg | undefined {
  // What it reads is handed over as /dev/fd/0, which Windows has not.
  if (option === 'off' || platform === 'win32') return undefined;
  const program = findProgram(option === 'auto' ? 'ffmpeg' : option, searchPath);
  if (program !== undefined) return { program, prlimit: findProgram('prlimit', searchPath) };
  if (option === 'auto') return undefined;
  throw new Error(`FFMPEG: expected a program that can be run, received ${JSON.stringify(option)}`);
}
