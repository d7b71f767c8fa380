import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.js';
import type { Engine } from './engine.js';

/** All that SECURITY.md and deploy/README.md ask an operator to set. */
export const HARDENED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];

/** Where an int8 file is made first, on a machine with much else to do. */
const READY_WITHIN_MS = 240_000;

/** What `docker inspect` tells, as far as it is asked here. */
export interface Inspected {
  readonly State: {
    readonly Pid: number;
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string };
  };
  readonly RestartCount: number;
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
  };
}

async function isReady(url: string): Promise<boolean> {
  const { status } = await ask(`${url}/.well-known/ready`).catch(() => ({ status: 0 })); // nobody listens yet
  return status === 204;
}

export class Container {
  private constructor(
    readonly engine: Engine,
    readonly id: string,
  ) {}

  /** Starts one in the background, on a free port of loopback. */
  static async run(
    engine: Engine,
    options: readonly string[],
    command: readonly string[] = [],
  ): Promise<Container> {
    const printed = await engine.docker(
      ...['run', '--detach', '--publish', '127.0.0.1:0:8080', ...options, 'handspring', ...command],
    );
    return new Container(engine, printed.trim().split('\n').at(-1) ?? '');
  }

  async inspect(): Promise<Inspected> {
    const [found] = JSON.parse(await this.engine.docker('inspect', this.id)) as Inspected[];
    if (!found) throw new Error(`no container ${this.id}`);
    return found;
  }

  /** Its address on this machine, once it is ready. @throws Error with its log, if that takes minutes, or it ends. */
  async ready(): Promise<string> {
    const end = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const { State, NetworkSettings } = await this.inspect();
      const port = NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort;
      const url = `http://127.0.0.1:${port}`;
      if (await isReady(url)) return url;
      if (State.Status !== 'running' || performance.now() > end)
        throw new Error(`not ready, ${State.Status} (${State.ExitCode}):\n${await this.logs()}`);
      await sleep(100);
    }
  }

  logs(): Promise<string> {
    return this.engine.docker('logs', this.id);
  }

  signal(name: string): Promise<string> {
    return this.engine.docker('kill', '--signal', name, this.id);
  }

  /** Its exit code, once it has ended. */
  async ended(): Promise<number> {
    return Number((await this.engine.docker('wait', this.id)).trim());
  }

  async remove(): Promise<void> {
    await this.engine.docker('rm', '--force', '--volumes', this.id);
  }
}
