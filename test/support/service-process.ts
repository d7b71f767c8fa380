import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { runArguments } from '../../src/core/own-module.js';
import type { MemoryGroup } from './memory-group.js';

const MAIN = runArguments(new URL('../../src/cli/main.js', import.meta.url));

/** A process that was started, whether it is ready or not. */
export interface LaunchedProcess {
  readonly child: ChildProcess;
  /** Log lines so far, parsed. */
  readonly log: readonly Record<string, unknown>[];
  /** Resolves with the exit code, or the signal that ended it, once all that it printed is read. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  /**
   * The log line whose message begins so, written already or to come.
   * @throws Error with what was printed, if the process ends first.
   */
  logged(start: string): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

export interface ServiceProcess extends LaunchedProcess {
  readonly url: string;
}

/**
 * `handspring serve` as a process of its own on a free port, ready; with a memory limit if it is to run in a group.
 * @throws Error with what it printed, if it ends before it is ready.
 */
export async function startServiceProcess(
  args: readonly string[] = [],
  env: Record<string, string> = {},
  group?: MemoryGroup,
): Promise<ServiceProcess> {
  const launched = launchServiceProcess(args, env, group);
  const { url } = await launched.logged('ready');
  return { ...launched, url: url as string };
}

/** `handspring serve` as a process of its own on a free port, from its first moment on. */
export function launchServiceProcess(
  args: readonly string[] = [],
  env: Record<string, string> = {},
  group?: MemoryGroup,
): LaunchedProcess {
  const serve = [...MAIN, 'serve', '--port', '0', '--host', '127.0.0.1', '--log-format', 'json', ...args];
  const [command, ...rest] = group
    ? group.commandLine(process.execPath, serve)
    : [process.execPath, ...serve];
  const child = spawn(command ?? '', rest, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal)),
  );
  const log: Record<string, unknown>[] = [];
  const printed: string[] = [];
  const lines = createInterface({ input: child.stderr });
  lines.on('line', (line) => {
    printed.push(line);
    log.push(parseLine(line));
  });
  const logged = (start: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const look = () => {
        const entry = log.find(({ msg }) => typeof msg === 'string' && msg.startsWith(start));
        if (entry) resolve(entry);
      };
      look();
      lines.on('line', look);
      void exited.then((code) =>
        reject(new Error(`ended with ${code} before it was ${start}:\n${printed.join('\n')}`)),
      );
    });
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { child, log, exited, logged, stop };
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { text: line };
  }
}
