import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from '../load/client.js';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface ServerOptions {
  readonly model: string;
  readonly precision: string;
  /** Cores the process may use, by affinity; all of them if absent. */
  readonly cores?: number | undefined;
  /** Further arguments of `handspring serve`. */
  readonly args: readonly string[];
  /** Variables of its environment beside the path. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Server {
  readonly client: Client;
  /** From the start of the process to the line that says it is ready, as seen from outside. */
  readonly readyMs: number;
  /** Resident memory now and at its peak, in MiB. Linux only. */
  memory(): Promise<{ residentMiB: number; peakMiB: number }>;
  /** The 99th percentile of the main thread's event-loop delay since the last call, in milliseconds. */
  loopDelayMs(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * `handspring serve` in a fresh process, of whose environment nothing is passed on but the path.
 * @throws Error with what it printed if it ends before it is ready.
 */
export async function startServer({ model, precision, cores, args, env }: ServerOptions): Promise<Server> {
  const serve = [MAIN, 'serve', '--model', model, '--precision', precision, '--offline'];
  const command = [process.execPath, ...serve, '--host', '127.0.0.1', '--port', '0', '--log-format', 'json'];
  const pinned = cores === undefined ? [] : ['taskset', '-c', `0-${cores - 1}`];
  const [program = '', ...rest] = [...pinned, ...command, ...args];
  const startMs = performance.now();
  const child = spawn(program, rest, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stderr });
  const url = await untilReady(lines, ended);
  const readyMs = performance.now() - startMs;
  lines.removeAllListeners('line');
  lines.on('line', () => undefined);
  const client = new Client(url);
  return {
    client,
    readyMs,
    memory: () => readMemory(child.pid),
    loopDelayMs: async () =>
      1000 * readMetric(await client.get('/metrics'), 'nodejs_eventloop_lag_p99_seconds'),
    stop: async () => {
      await client.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilReady(lines: NodeJS.EventEmitter, ended: Promise<void>): Promise<string> {
  const printed: string[] = [];
  return new Promise((resolve, reject) => {
    lines.on('line', (line: string) => {
      printed.push(line);
      const entry = line.startsWith('{') ? (JSON.parse(line) as { msg?: string; url?: string }) : {};
      if (entry.msg === 'ready' && entry.url !== undefined) resolve(entry.url);
    });
    void ended.then(() => reject(new Error(`the service ended before it was ready:\n${printed.join('\n')}`)));
  });
}

async function readMemory(pid: number | undefined): Promise<{ residentMiB: number; peakMiB: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) / 1024;
  return { residentMiB: field('VmRSS'), peakMiB: field('VmHWM') };
}

function readMetric(exposition: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(exposition)?.[1] ?? NaN);
}
