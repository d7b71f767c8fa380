import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../weaviate/program.js';

const run = promisify(execFile);

/** Whether the command is on this machine and runs. */
export function hasCommand(command: string, ...args: string[]): Promise<boolean> {
  return run(command, args).then(
    () => true,
    () => false,
  );
}

/**
 * The Python of an environment with the packages of a requirements file, made once for each content of the file and kept
 * beside the Weaviate servers. Made elsewhere and moved there whole, so that a run that is cut off leaves no half of one.
 */
export async function pythonWith(requirements: string): Promise<string> {
  const key = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 12);
  const parent = path.dirname(cacheFolder(process.env));
  const folder = path.join(parent, `python-${key}`);
  const python = path.join(folder, 'bin', 'python');
  if (await exists(folder)) return python;
  await mkdir(parent, { recursive: true });
  const workshop = await mkdtemp(`${folder}-making-`);
  try {
    await run('python3', ['-m', 'venv', workshop]);
    await run(path.join(workshop, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', '-r', requirements]);
    await rename(workshop, folder);
  } catch (error) {
    await rm(workshop, { recursive: true, force: true });
    throw error;
  }
  return python;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
