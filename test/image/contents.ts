import { readFileSync } from 'node:fs';
import { ROOT } from '../../src/core/own-module.js';
import type { Engine } from './engine.js';

export interface ImageFile {
  /** As `ls -l` shows it, such as `-rw-r--r--`. */
  readonly mode: string;
  /** Numbers of the user and the group, such as `0/0`. */
  readonly owner: string;
  /** Without a leading slash; folders end with one. */
  readonly name: string;
}

/** All files of the image, without starting it. */
export async function filesOf(engine: Engine): Promise<ImageFile[]> {
  const script =
    'id=$(docker create handspring) && docker export "$id" | tar -tv --numeric-owner --full-time; docker rm "$id" >/dev/null';
  const listed = await engine.run('bash', ['-o', 'pipefail', '-c', script]);
  return listed
    .trim()
    .split('\n')
    .map((line) => {
      const [mode = '', owner = '', , , , ...name] = line.split(/\s+/);
      return { mode, owner, name: name.join(' ') };
    });
}

/** Names of npm packages among files, with the room of those that are nested. */
export function packagesOf(files: readonly ImageFile[]): string[] {
  const names = files.flatMap(({ name }) => {
    const [, found] = /^app\/(node_modules\/.*)\/package\.json$/.exec(name) ?? [];
    return found !== undefined && /(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/.test(found) ? [found] : [];
  });
  return [...new Set(names)].sort();
}

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** What the lock file has for running the program on this platform, which is Debian's C library; types are for compilers alone. */
export function productionPackages(): string[] {
  const { packages } = JSON.parse(readFileSync(new URL('package-lock.json', ROOT), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  const fits = ({ os, cpu, libc }: Locked) =>
    (os?.includes('linux') ?? true) &&
    (cpu?.includes(process.arch) ?? true) &&
    (libc?.includes('glibc') ?? true);
  return Object.entries(packages)
    .filter(
      ([name, locked]) =>
        name.startsWith('node_modules/') &&
        !name.startsWith('node_modules/@types/') &&
        locked.dev !== true &&
        fits(locked),
    )
    .map(([name]) => name)
    .sort();
}
