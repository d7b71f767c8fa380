import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 60_000;

/**
 * A Docker engine of these tests alone: its socket, images and containers are in a folder of its own, so that no other test
 * takes it for this machine's, and nothing of it is left behind. Debian's `docker.io` and `docker-compose` are enough.
 */
export class Engine {
  /** For programs that talk to it. The first builder, which needs no extension of the client and pulls nothing unasked. */
  readonly env: NodeJS.ProcessEnv;
  readonly #daemon: ChildProcess;
  readonly #exited: Promise<void>;

  private constructor(
    readonly folder: string,
    daemon: ChildProcess,
    env: NodeJS.ProcessEnv,
  ) {
    this.env = env;
    this.#daemon = daemon;
    this.#exited = new Promise((resolve) => daemon.once('close', () => resolve()));
  }

  /** @throws Error with the engine's own log, if it does not answer within a minute. */
  static async start(): Promise<Engine> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'engine-'));
    const host = `unix://${folder}/docker.sock`;
    const env = {
      ...process.env,
      // A client without its plug-ins may come first on the PATH.
      PATH: ['/usr/bin', '/usr/sbin', process.env['PATH']].join(path.delimiter),
      DOCKER_HOST: host,
      DOCKER_CONFIG: path.join(folder, 'config'),
      DOCKER_BUILDKIT: '0',
      COMPOSE_DOCKER_CLI_BUILD: '0',
    };
    const log = path.join(folder, 'dockerd.log');
    const args = [
      ...['--host', host, '--data-root', path.join(folder, 'data'), '--exec-root', path.join(folder, 'exec')],
      ...['--pidfile', path.join(folder, 'pid')],
    ];
    const output = openSync(log, 'a');
    const daemon = spawn('dockerd', args, { env, stdio: ['ignore', output, output] });
    let failure: Error | undefined;
    daemon.once('error', (error) => (failure = error));
    const engine = new Engine(folder, daemon, env);
    const end = performance.now() + READY_WITHIN_MS;
    while (!(await engine.answers())) {
      if (failure || daemon.exitCode !== null || performance.now() > end) {
        const said = await readFile(log, 'utf8').catch(() => '');
        await engine.stop();
        throw new Error(`no Docker engine: ${failure?.message ?? ''}\n${said.slice(-2000)}`);
      }
      await sleep(200);
    }
    return engine;
  }

  answers(): Promise<boolean> {
    return this.run('docker', ['info']).then(
      () => true,
      () => false,
    );
  }

  /** What `docker` prints, both streams. @throws Error with that, if it does not end well. */
  docker(...args: readonly string[]): Promise<string> {
    return this.run('docker', args);
  }

  /** Runs a program that talks to the engine. @throws Error with all that it printed, if it does not end well. */
  run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        env: { ...this.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => (output += text));
      child.once('error', reject);
      child.once('close', (code) =>
        code === 0
          ? resolve(output)
          : reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`)),
      );
    });
  }

  /** Ends the containers and the engine, and removes all that it kept. */
  async stop(): Promise<void> {
    const containers = await this.docker('ps', '-aq').catch(() => '');
    const ids = containers.split(/\s+/).filter((id) => /^[0-9a-f]{12}$/.test(id));
    if (ids.length > 0) await this.docker('rm', '-f', ...ids).catch(() => undefined);
    this.#daemon.kill('SIGTERM');
    await Promise.race([this.#exited, sleep(STOPPED_WITHIN_MS, undefined, { ref: false })]);
    // The engine mounts its folder on itself, and leaves it so where it was not the one who could take that back.
    await this.run('umount', [path.join(this.folder, 'data')]).catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
}
