import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readlink, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../../src/core/own-module.js';
import { Child } from '../../weaviate/child.js';

const run = promisify(execFile);

export const BUNDLE = fileURLToPath(new URL(`dist/bundle/handspring-linux-${process.arch}`, ROOT));

/** All that is there beside the file: the C library, and the libraries of C++. */
const PACKAGES = ['libc6', 'libgcc-s1', 'libstdc++6'];

/** Devices and processes are there in every container; the mounts end with the process that is started. */
const ENTER = 'mount --rbind /proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where `/lib` and its like are links to folders of /usr, programs and packages name either. */
async function linkAsHere(folder: string, name: string): Promise<void> {
  const target = await readlink(`/${name}`).catch(() => undefined);
  if (target === undefined) return;
  await mkdir(path.join(folder, target), { recursive: true });
  await symlink(target, path.join(folder, name));
}

/** A folder that is all of the disk for what runs in it: no Node.js, no shell, no /etc, and the file to be tried. */
export class EmptyRoot {
  private constructor(readonly folder: string) {}

  static async open(): Promise<EmptyRoot> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-root-'));
    for (const name of ['proc', 'dev', 'tmp']) await mkdir(path.join(folder, name));
    await copyFile(BUNDLE, path.join(folder, 'handspring'), constants.COPYFILE_FICLONE);
    const { stdout } = await run('dpkg', ['-L', ...PACKAGES]);
    const libraries = stdout
      .split('\n')
      .filter((file) => /\/[^/]+\.so(\.\d+)*$/.test(file) && !/\/(gconv|audit)\//.test(file));
    for (const name of ['lib', 'lib64']) await linkAsHere(folder, name);
    const root = new EmptyRoot(folder);
    for (const library of libraries) await root.#copy(library);
    return root;
  }

  /** Puts one of this machine's programs and all libraries that it is linked to in the same places; the place of the program. */
  async add(program: string): Promise<string> {
    const { stdout: found } = await run('/usr/bin/which', [program]);
    const file = found.trim();
    const { stdout: linked } = await run('ldd', [file]);
    const libraries = [...linked.matchAll(/=> (\/\S+)/g)].map(([, library = '']) => library);
    for (const name of [file, ...libraries]) await this.#copy(name);
    return file;
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  /** What the file says and ends with. Its environment has nothing else than this. */
  async handspring(
    args: readonly string[],
    env: NodeJS.ProcessEnv = { CACHE_DIR: '/cache' },
  ): Promise<Ended> {
    const options = { env, maxBuffer: 2 ** 26 };
    return run('/usr/bin/unshare', this.#command(args), options).then(
      (printed) => ({ code: 0, ...printed }),
      (error: Ended) => error,
    );
  }

  /** The same as a process that goes on running. */
  start(args: readonly string[]): Child {
    const env = { CACHE_DIR: '/cache', LOG_FORMAT: 'json' };
    return Child.start('the file', '/usr/bin/unshare', this.#command(args), { env });
  }

  async #copy(file: string): Promise<void> {
    await mkdir(this.path(path.dirname(file)), { recursive: true });
    await copyFile(file, this.path(file), constants.COPYFILE_FICLONE);
  }

  #command(args: readonly string[]): string[] {
    return [
      '--mount',
      '/bin/sh',
      '-c',
      `PATH=/usr/sbin:/usr/bin:/sbin:/bin; ${ENTER}`,
      this.folder,
      '/handspring',
      ...args,
    ];
  }
}
