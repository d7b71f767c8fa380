import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Child } from './child.js';
import { containerArguments, hasDockerEngine, HOST_FROM_CONTAINER } from './docker.js';
import { freePortRun } from './ports.js';
import { locateProgram } from './program.js';
import type { Say } from './program.js';
import { INNER_PORTS, commonVariables, localVariables } from './settings.js';

/** How a Weaviate can be had on this machine. */
export type Runtime =
  | { readonly kind: 'docker'; readonly moduleHost: string; readonly listenHost: string }
  | {
      readonly kind: 'program';
      readonly file: string;
      readonly moduleHost: string;
      readonly listenHost: string;
    };

export interface StartOptions {
  /** The port on this machine at which the module listens, or will. */
  readonly modulePort: number;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** Where the data live; without it in a temporary folder that goes with the server. */
  readonly dataPath?: string;
  /** See `WeaviateSettings`. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly env: NodeJS.ProcessEnv;
}

export interface WeaviateServer {
  readonly url: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** The server's process; its output tells why if it ends. */
  readonly child: Child;
  readonly stop: () => Promise<void>;
}

/**
 * Docker if an engine answers, else a program, which is built if there is none. `moduleHost` is what Weaviate then calls
 * this machine, `listenHost` where the module has to listen to be reached.
 */
export async function chooseRuntime(env: NodeJS.ProcessEnv, say: Say): Promise<Runtime> {
  if (await hasDockerEngine(env)) {
    return { kind: 'docker', moduleHost: HOST_FROM_CONTAINER, listenHost: '0.0.0.0' };
  }
  const file = await locateProgram(env, say);
  return { kind: 'program', file, moduleHost: '127.0.0.1', listenHost: '127.0.0.1' };
}

/** A Weaviate that starts; `waitUntilReady` tells when it serves. It waits for its module by itself. */
export async function startWeaviate(runtime: Runtime, options: StartOptions): Promise<WeaviateServer> {
  const { httpPort, grpcPort, env, variables: further } = options;
  const moduleUrl = `http://${runtime.moduleHost}:${options.modulePort}`;
  const server = { url: `http://127.0.0.1:${httpPort}`, httpPort, grpcPort };
  if (runtime.kind === 'docker') {
    const args = containerArguments({
      ...{ moduleUrl, httpPort, grpcPort, variables: further },
      dataPath: options.dataPath,
    });
    const child = Child.start('Weaviate', 'docker', args, { env });
    return { ...server, child, stop: () => child.stop() };
  }
  const dataPath = options.dataPath ?? (await mkdtemp(path.join(os.tmpdir(), 'weaviate-')));
  const variables = {
    ...commonVariables({ moduleUrl, variables: further }),
    ...localVariables(dataPath, grpcPort, await freePortRun(INNER_PORTS)),
  };
  const args = ['--host', '127.0.0.1', '--port', String(httpPort), '--scheme', 'http'];
  const child = Child.start('Weaviate', runtime.file, args, { env: { ...env, ...variables } });
  const stop = async () => {
    await child.stop();
    if (options.dataPath === undefined) await rm(dataPath, { recursive: true, force: true });
  };
  return { ...server, child, stop };
}

/**
 * Resolves once Weaviate says that it is ready.
 * @throws Error with the server's last lines if it ends first, or is not ready in time.
 */
export async function waitUntilReady({ url, child }: WeaviateServer, timeoutMs = 180_000): Promise<void> {
  const late = performance.now() + timeoutMs;
  while (!(await answersOk(`${url}/v1/.well-known/ready`))) {
    if (!child.isRunning) throw child.ended(await child.exited);
    if (performance.now() > late) throw new Error(`Weaviate is not ready after ${timeoutMs / 1000} s`);
    await sleep(100);
  }
}

function answersOk(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
