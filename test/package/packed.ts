import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ROOT } from '../../src/core/own-module.js';

const run = promisify(execFile);
const LIMIT = { maxBuffer: 2 ** 26 };

/** A user's folder outside of the checkout, with a project in it that has nothing but what was installed there. */
export class UserFolder {
  private constructor(
    readonly folder: string,
    /** The file that `npm pack` made of the checkout. */
    readonly tarball: string,
  ) {}

  static async open(): Promise<UserFolder> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-user-'));
    const place = path.join(folder, 'packed');
    await mkdir(place);
    const pack = ['pack', '--ignore-scripts=false', '--pack-destination', place];
    await run('npm', pack, { ...LIMIT, cwd: fileURLToPath(ROOT), env: userEnvironment() });
    const [tarball = ''] = await readdir(place);
    const user = new UserFolder(folder, path.join(place, tarball));
    await user.write('package.json', '{ "type": "module", "private": true }');
    return user;
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  async write(name: string, content: string): Promise<void> {
    await writeFile(this.path(name), content);
  }

  /** The names of all files of the tarball, and its bytes. */
  async contents(): Promise<{ files: string[]; bytes: number }> {
    const { stdout } = await run('tar', ['-tzf', this.tarball], LIMIT);
    const files = stdout.trim().split('\n');
    const { length } = await readFile(this.tarball);
    return { files: files.map((file) => file.replace(/^package\//, '')), bytes: length };
  }

  /** Installs as a user does who has read the README. */
  install(...packages: readonly string[]): Promise<string> {
    return this.run('npm', [
      'install',
      '--ignore-scripts',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      ...packages,
    ]);
  }

  /** The binary of a version of Node such as `22`, from npm. */
  async node(version: string): Promise<string> {
    const name = `node-${process.platform}-${process.arch}`;
    const alias = `node-${version}`;
    await this.install('--no-save', '--prefix', this.path(alias), `${name}@${version}`);
    return this.path(`${alias}/node_modules/${name}/bin/node`);
  }

  /**
   * What a command prints on standard output.
   * @throws Error with all that it printed, `code` and `stderr`, if it fails.
   */
  async run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
    const options = { ...LIMIT, cwd: this.folder, env: { ...userEnvironment(), ...env } };
    return (await run(command, args, options)).stdout;
  }

  /**
   * Runs a command until `work` is done with what `pick` made of a line that it prints. All that it started ends with it, as
   * with Ctrl-C: npx passes no signal on.
   * @throws Error with what it printed, if it ends before that line.
   */
  async during<T>(
    command: string,
    args: readonly string[],
    pick: (line: string) => T | undefined,
    work: (picked: T) => Promise<void>,
  ): Promise<void> {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...userEnvironment(), CACHE_DIR: this.path('cache') },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const printed: string[] = [];
    const picked = new Promise<T>((resolve, reject) => {
      const hear = (line: string) => {
        printed.push(line);
        const found = pick(line);
        if (found !== undefined) resolve(found);
      };
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', hear);
      child.once('error', reject);
      void closed.then(() => reject(new Error(`${command} ended:\n${printed.join('\n')}`)));
    });
    try {
      await work(await picked);
    } finally {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGINT');
      await closed;
    }
  }
}

/** The environment without what `npm run` adds to it, which would bring the settings of the checkout along. */
export function userEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|INIT_CWD$)/.test(name));
  return Object.fromEntries(own);
}
