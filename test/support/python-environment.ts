import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const CACHE = path.join(process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'handspring');

/**
 * The `python` of an environment with these packages, made on first use and kept for as long as the list stays the same.
 * Made elsewhere and moved there whole, so that a run that is cut off leaves no half of one: its programs are run as
 * `python -m NAME`, since their own first lines name the place where they were made. Needs python3 and PyPI.
 * @param requirements A line for each package, as in a `requirements.txt`.
 */
export async function pythonWith(requirements: string): Promise<string> {
  const key = createHash('sha256').update(requirements).digest('hex').slice(0, 12);
  const folder = path.join(CACHE, `python-${key}`);
  const python = path.join(folder, 'bin', 'python');
  if (existsSync(folder)) return python;
  await mkdir(CACHE, { recursive: true });
  const workshop = await mkdtemp(`${folder}-making-`);
  try {
    const list = path.join(workshop, 'requirements.txt');
    await writeFile(list, requirements);
    await run('python3', ['-m', 'venv', workshop]);
    await run(path.join(workshop, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', list], {
      maxBuffer: 2 ** 26,
    });
    await rename(workshop, folder);
  } catch (error) {
    await rm(workshop, { recursive: true, force: true });
    throw error;
  }
  return python;
}
