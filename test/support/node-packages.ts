import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const CACHE = path.join(process.env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache'), 'handspring');

/**
 * A folder whose `node_modules` has these packages, made on first use and kept for as long as the list stays the same: what
 * clients need is none of the project's own dependencies. Made elsewhere and moved there whole. Needs npm and its registry.
 * @param packages As for `npm install`: `openai@7.59.0`.
 */
export async function nodePackages(packages: readonly string[]): Promise<string> {
  const key = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 12);
  const folder = path.join(CACHE, `node-${key}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const workshop = await mkdtemp(`${folder}-making-`);
  try {
    const how = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--prefix', workshop];
    await promisify(execFile)('npm', ['install', ...how, ...packages], { cwd: workshop });
    await rename(workshop, folder);
  } catch (error) {
    await rm(workshop, { recursive: true, force: true });
    throw error;
  }
  return folder;
}
