import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from '../../src/core/own-module.js';
import { freePorts } from '../../weaviate/ports.js';
import type { Block } from './pages.js';

const CHECKOUT = fileURLToPath(ROOT);
const PHOTOS = ['chelsea-the-cat.jpg', 'coffee-cup.jpg', 'march-pastoral.jpg'];

/** What stays in the foreground until Ctrl-C, and the line with which it says that it is ready. */
const SERVER = /^(?:\S+=\S+ )*(?:npm run (?:-s )?(?:handspring -- )?(?:demo|serve)\b|weaviate\/run\b)/;
const READY = /"msg":"(?:ready|search page: )/;
/** Its module's log is among what it prints, and the module is ready first. */
const WEAVIATE_READY = /Ctrl-C stops both/;
/** What the tests themselves are run by, or would run them: `.ci/run` does all that. */
const ELSEWHERE =
  /^(?:npm (?:ci|test|install handspring\b)|npm run (?:-s )?(?:check|coverage|watch|bench|soak|test:(?!one))|deploy\/check|\.ci\/run)/;

const nothing = (): Promise<void> => Promise.resolve();

/**
 * A newcomer who types what a page says, in a copy of the checkout that is all links, with a home folder that has photos.
 * Each port of the page is another one here, the same throughout: what a page starts on 8080 it has to call on 8080.
 */
export class Session {
  readonly #ports = new Map<string, number>();
  #stopServer = nothing;
  #stopWeaviate = nothing;

  private constructor(
    readonly folder: string,
    readonly home: string,
  ) {}

  static async open(): Promise<Session> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'handspring-docs-'));
    const session = new Session(path.join(folder, 'handspring'), path.join(folder, 'home'));
    await mkdir(session.folder);
    for (const name of await readdir(CHECKOUT)) {
      if (name !== '.git') await symlink(path.join(CHECKOUT, name), path.join(session.folder, name));
    }
    for (const place of ['Pictures', 'reference', 'captioned']) {
      for (const name of PHOTOS)
        await cp(path.join(CHECKOUT, 'samples', name), path.join(session.home, place, name));
    }
    await writeFile(path.join(session.home, '.curlrc'), 'fail-with-body\n'); // an answer with an error is none
    await writeFile(path.join(session.home, 'reference/texts.txt'), 'a cat\na cup of coffee\n');
    const captions = PHOTOS.map((file) => ({
      file,
      captions: [file.replace(/\.jpg$/, '').replaceAll('-', ' ')],
    }));
    await writeFile(path.join(session.home, 'captioned/captions.json'), JSON.stringify(captions));
    return session;
  }

  async close(): Promise<void> {
    await this.#stopServer();
    await this.#stopWeaviate();
    await rm(path.dirname(this.folder), { recursive: true, force: true });
  }

  /**
   * Types a block in and gives what it prints, but for what its servers do, of which the last goes on running.
   * @throws Error with the line and what it printed, if one does not end well or a server is not ready.
   */
  async type({ language, text, file }: Pick<Block, 'language' | 'text' | 'file'>): Promise<string> {
    if (file !== '') {
      await writeFile(path.join(this.folder, file), text);
      return '';
    }
    if (language === 'python') return this.#run('python3', ['-c', await this.#here(text)], text);
    if (language === 'js')
      return this.#run(process.execPath, ['--input-type=module', '-e', await this.#here(text)], text);
    let printed = '';
    let lines: string[] = [];
    const runLines = async () => {
      if (lines.length > 0)
        printed += await this.#run('bash', ['-euo', 'pipefail', '-c', lines.join('\n')], lines.join('\n'));
      lines = [];
    };
    for (const line of (await this.#here(text)).replaceAll('\\\n', ' ').split('\n')) {
      const command = line.replace(/^npm ci && /, '').replace(/\s+# .*$/, '');
      if (command === '' || ELSEWHERE.test(command)) continue;
      if (SERVER.test(command)) {
        await runLines();
        await this.#serve(command);
      } else lines.push(command);
    }
    await runLines();
    return printed;
  }

  /** A text with the ports of this session, and the model that is here for one that would have to be fetched. */
  async #here(text: string): Promise<string> {
    for (const port of new Set(text.match(/\b(?:80[08][0-9]|5005[12])\b/g))) await this.#portFor(port);
    return text
      .replace(/\b(?:80[08][0-9]|5005[12])\b/g, (port) => String(this.#ports.get(port)))
      .replaceAll('openai-vit-b-32', 'starter');
  }

  async #portFor(port: string): Promise<number> {
    const known = this.#ports.get(port);
    if (known !== undefined) return known;
    const [free = 0] = await freePorts(1);
    this.#ports.set(port, free);
    return free;
  }

  async #environment(): Promise<NodeJS.ProcessEnv> {
    return {
      PATH: process.env['PATH'],
      HOME: this.home,
      HOST: '127.0.0.1',
      PORT: String(await this.#portFor('8080')),
      WEAVIATE_GRPC_URL: `http://127.0.0.1:${await this.#portFor('50051')}`,
      LOG_FORMAT: 'json',
    };
  }

  /** Starts what stays; the one before is stopped, but for a Weaviate, which goes on in its own terminal. */
  async #serve(command: string): Promise<void> {
    const isWeaviate = command.startsWith('weaviate/run');
    await this.#stopServer();
    this.#stopServer = nothing;
    const [http, grpc] = [await this.#portFor('8080'), await this.#portFor('50051')];
    const place = ` --port ${http} --grpc-port ${grpc} --data ${path.join(this.home, 'weaviate')}`;
    const child = spawn('bash', ['-c', command + (isWeaviate ? place : '')], {
      cwd: this.folder,
      env: { ...(await this.#environment()), ...(isWeaviate ? { HOME: process.env['HOME'] } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let printed = '';
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    const stop = async () => {
      if (child.exitCode === null && child.signalCode === null && child.pid)
        process.kill(-child.pid, 'SIGTERM');
      await ended;
    };
    if (isWeaviate) this.#stopWeaviate = stop;
    else this.#stopServer = stop;
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        printed += chunk.toString();
        if ((isWeaviate ? WEAVIATE_READY : READY).test(printed)) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      void ended.then(() => reject(new Error(`${command}: ended before it was ready:\n${printed}`)));
    });
  }

  async #run(program: string, args: readonly string[], shown: string): Promise<string> {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: await this.#environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [printed, said] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(printed);
        else reject(new Error(`${shown}\nended with ${code}:\n${printed}${said}`));
      });
    });
  }
}
