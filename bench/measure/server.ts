import { runArguments } from '../../src/core/own-module.js';
import { AS_DEPLOYED } from '../../test/support/as-deployed.js';
import { metricIn } from '../../test/support/metric.js';
import { Client } from '../load/client.js';
import type { Memory } from './memory.js';
import { ServerProcess } from './server-process.js';

const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));

export interface ServerOptions {
  readonly model: string;
  readonly precision: string;
  /** Cores the process may use, by affinity; all of them if absent. */
  readonly cores?: number | undefined;
  /** Further arguments of `handspring serve`. */
  readonly args: readonly string[];
  /** Variables of its environment beside the path; if absent, those that it is deployed with. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Server {
  readonly client: Client;
  /** From the start of the process to its being ready, as seen from outside. */
  readonly readyMs: number;
  memory(): Promise<Memory>;
  /** The 99th percentile of the main thread's event-loop delay since the last call, in milliseconds, if it tells. */
  loopDelayMs?(): Promise<number>;
  stop(): Promise<void>;
}

/** The command of `handspring serve` on a port of the loopback address; 0 is any that is free. */
export function serveCommand({ model, precision, args }: ServerOptions, port: number): string[] {
  const serve = [...MAIN, 'serve', '--model', model, '--precision', precision, '--offline'];
  const place = ['--host', '127.0.0.1', '--port', String(port), '--log-format', 'json'];
  return [process.execPath, ...serve, ...place, ...args];
}

/**
 * `handspring serve` in a fresh process, ready when it says so.
 * @throws Error with what it printed if it ends before it is ready.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { cores, env = AS_DEPLOYED } = options;
  const pinned = cores === undefined ? [] : ['taskset', '-c', `0-${cores - 1}`];
  const server = new ServerProcess('the service', [...pinned, ...serveCommand(options, 0)], env);
  const { found: url, readyMs } = await server.ready(server.whenLine(readyUrl));
  const client = new Client(url);
  return {
    client,
    readyMs,
    memory: () => server.memory(),
    loopDelayMs: async () =>
      1000 * metricIn(await client.get('/metrics'), 'nodejs_eventloop_lag_p99_seconds'),
    stop: async () => {
      await client.close();
      await server.stop();
    },
  };
}

function readyUrl(line: string): string | undefined {
  const entry = line.startsWith('{') ? (JSON.parse(line) as { msg?: string; url?: string }) : {};
  return entry.msg === 'ready' ? entry.url : undefined;
}
