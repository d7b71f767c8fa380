import { runArguments } from '../src/core/own-module.js';
import { Child } from './child.js';
import type { LineListener } from './child.js';

export interface ModuleOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A model's name or folder. */
  readonly model: string;
  /** Further flags of `handspring serve`. */
  readonly flags?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly onLine?: LineListener;
}

export interface ModuleProcess {
  readonly child: Child;
  /**
   * The address, once the module is ready.
   * @throws Error with the module's last lines if it ends before that.
   */
  readonly ready: Promise<{ readonly url: string; readonly port: number }>;
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
}

const MAIN = runArguments(new URL('../src/cli/main.js', import.meta.url));

/** `handspring serve` in a process of its own. */
export function startModule(options: ModuleOptions): ModuleProcess {
  const { host, port, model, flags = [], env, onLine } = options;
  const args = [
    'serve',
    '--host',
    host,
    '--port',
    String(port),
    '--model',
    model,
    '--log-format',
    'json',
    ...flags,
  ];
  const child = Child.start('the module', process.execPath, [...MAIN, ...args], {
    env,
    ...(onLine ? { onLine } : {}),
  });
  const ready = child.waitForLine(listeningPort).then((at) => ({ url: `http://127.0.0.1:${at}`, port: at }));
  return { child, ready, stop: (signal) => child.stop(signal) };
}

/** The port in the log line that says `ready`. */
function listeningPort(line: string): number | undefined {
  const { msg, url } = parseLine(line);
  return msg === 'ready' && typeof url === 'string' ? Number(new URL(url).port) : undefined;
}

/** A line of the module's log; empty for a line that is not JSON. */
export function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
