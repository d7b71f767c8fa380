import { fileURLToPath } from 'node:url';
import weaviate from 'weaviate-client';
import type { Collection, WeaviateClient } from 'weaviate-client';
import { ROOT } from '../../src/core/own-module.js';
import { startModule } from '../../weaviate/module.js';
import type { ModuleProcess } from '../../weaviate/module.js';
import { freePorts } from '../../weaviate/ports.js';
import { chooseRuntime, startWeaviate, waitUntilReady } from '../../weaviate/server.js';
import type { Runtime, StartOptions, WeaviateServer } from '../../weaviate/server.js';
import { createCollection } from './weaviate-collection.js';
import type { Shown, Vectorizers } from './weaviate-collection.js';

/** The models every test of the contract runs with: one with real meaning, one of CLIP's own form. */
export const MODELS = {
  starter: 'starter',
  'tiny CLIP': fileURLToPath(new URL('test/fixtures/models/clip', ROOT)),
} as const;

/** A vector asked for again is computed again: one that was mixed up is not found right because it was kept. */
const NO_CACHE = ['--cache-bytes', '0'];

/** A Weaviate that runs already, given by the one who runs the tests. */
export const GIVEN_URL = process.env['WEAVIATE_URL'];

/** A Weaviate and a module that work together. */
export interface Stack {
  readonly client: WeaviateClient;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly url: string;
  /** The module as this process reaches it. */
  readonly moduleUrl: string;
  /** The module as Weaviate reaches it. */
  readonly inferenceUrl: string;
  readonly module: ModuleProcess;
  /** A new collection, deleted when the stack stops. */
  create(vectorizers: Vectorizers): Promise<Collection<Shown>>;
  /** Starts the module again, at the same address, with other flags if they are given; the one before must have ended. */
  restartModule(flags?: readonly string[]): Promise<ModuleProcess>;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly model: string;
  readonly flags?: readonly string[];
  /** Weaviate's own variables, such as those of further modules, which may name our address as Weaviate reaches it. */
  readonly variables?:
    Readonly<Record<string, string>> | ((inferenceUrl: string) => Readonly<Record<string, string>>);
}

/** How Weaviate is had on this machine; a given one is taken to reach this machine as `WEAVIATE_MODULE_HOST`. */
export async function testRuntime(): Promise<Runtime> {
  return (runtime ??= chooseRuntime(process.env, (line) => process.stderr.write(`${line}\n`)));
}
let runtime: Promise<Runtime> | undefined;

/** A module of its own and a Weaviate of its own (or the given one), both ready. Whatever was started is ended if one fails. */
export async function startStack({ model, flags = [], variables }: StackOptions): Promise<Stack> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const { listenHost, moduleHost } = GIVEN_URL === undefined ? await testRuntime() : givenHosts();
    const [modulePort = 0, httpPort = 0, grpcPort = 0] = await freePorts(3);
    const start = async (given = flags) => {
      const started = startModule({
        host: listenHost,
        port: modulePort,
        model,
        flags: [...NO_CACHE, ...given],
        env: process.env,
      });
      stops.push(() => started.stop());
      await started.ready;
      return started;
    };
    const module = await start();
    const inferenceUrl = `http://${moduleHost}:${modulePort}`;
    const own = typeof variables === 'function' ? variables(inferenceUrl) : variables;
    const server =
      GIVEN_URL === undefined
        ? await startOwn({ modulePort, httpPort, grpcPort, variables: own }, stops)
        : given();
    const client = await connect(server);
    stops.push(() => client.close());
    const create = async (vectorizers: Vectorizers) => {
      const collection = await createCollection(client, vectorizers);
      stops.push(() => client.collections.delete(collection.name));
      return collection;
    };
    const moduleUrl = `http://127.0.0.1:${modulePort}`;
    return { ...server, client, module, moduleUrl, inferenceUrl, create, restartModule: start, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Address = Pick<WeaviateServer, 'url' | 'httpPort' | 'grpcPort'>;

async function startOwn(
  options: Pick<StartOptions, 'modulePort' | 'httpPort' | 'grpcPort' | 'variables'>,
  stops: (() => Promise<void>)[],
): Promise<Address> {
  const server = await startWeaviate(await testRuntime(), { ...options, env: process.env });
  stops.push(() => server.stop());
  await waitUntilReady(server);
  return server;
}

function given(): Address {
  const url = new URL(GIVEN_URL ?? '');
  const httpPort = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  return { url: url.origin, httpPort, grpcPort: Number(process.env['WEAVIATE_GRPC_PORT'] ?? 50051) };
}

function givenHosts(): { listenHost: string; moduleHost: string } {
  return { listenHost: '0.0.0.0', moduleHost: process.env['WEAVIATE_MODULE_HOST'] ?? '127.0.0.1' };
}

/** A client of a Weaviate without login. */
export function connect({ url, httpPort, grpcPort }: Address): Promise<WeaviateClient> {
  const { hostname, protocol } = new URL(url);
  const secure = protocol === 'https:';
  return weaviate.connectToCustom({
    ...{ httpHost: hostname, httpPort, httpSecure: secure },
    ...{ grpcHost: hostname, grpcPort, grpcSecure: secure },
    timeout: { init: 30, insert: 120, query: 60 },
  });
}

// The children end with this process, but a signal would end it without a word to them.
process.once('SIGTERM', () => process.exit(143));
