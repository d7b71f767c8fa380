import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Peer } from './peer.js';

/**
 * The folder that a peer is installed in, outside the repository: one for each state of its pins, filled on first use and
 * kept. Its server is copied there each time.
 * @throws Error with the installer's last words.
 */
export async function ensureInstalled(
  peer: Peer,
  cache: string,
  say: (line: string) => void,
): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(peer.pins))
    .digest('hex');
  const folder = path.join(cache, `${peer.name}-${digest.slice(0, 12)}`);
  if (!existsSync(folder)) {
    say(`installing ${peer.name}: ${peer.size}, once. It is kept in ${folder}`);
    await install(peer, folder);
  }
  await copyFile(peer.server, path.join(folder, path.basename(peer.server.pathname)));
  return folder;
}

/** Installs beside the place where the peer is to lie and moves it there whole, so that nobody finds half of one. */
async function install(peer: Peer, folder: string): Promise<void> {
  const part = `${folder}.${process.pid}.part`;
  await mkdir(part, { recursive: true });
  try {
    await peer.install(part);
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Where peers are kept: beside what the tests install, under the user's cache. */
export function peersCache(env: NodeJS.ProcessEnv): string {
  const caches = env['XDG_CACHE_HOME'] || path.join(env['HOME'] ?? os.homedir(), '.cache');
  return path.join(caches, 'handspring', 'peers');
}

/**
 * Runs an installer to its end.
 * @throws Error with its first line that npm or pip marks as an error, else its last.
 */
export async function run(command: string, args: readonly string[], folder: string): Promise<void> {
  try {
    await promisify(execFile)(command, args, { cwd: folder, maxBuffer: 2 ** 26 });
  } catch (error) {
    const lines = (error as Error).message.trim().split('\n');
    const reason = lines.find((line) => /^(npm error|ERROR:)/.test(line)) ?? lines.at(-1);
    const what = [path.basename(command), ...args.slice(0, 3)].join(' ');
    throw new Error(`${what} failed: ${reason}`, { cause: error });
  }
}
