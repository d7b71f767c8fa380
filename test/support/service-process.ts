import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));

export interface ServiceProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Log lines so far, parsed. */
  readonly log: readonly Record<string, unknown>[];
  /** Resolves with the exit code, or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals | null>;
  stop(): Promise<void>;
}

/**
 * `handspring serve` as a process of its own on a free port, ready.
 * @throws Error with what it printed, if it ends before it is ready.
 */
export async function startServiceProcess(
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<ServiceProcess> {
  const child = spawn(
    process.execPath,
    [MAIN, 'serve', '--port', '0', '--host', '127.0.0.1', '--log-format', 'json', ...args],
    {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal)),
  );
  const log: Record<string, unknown>[] = [];
  const printed: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      printed.push(line);
      const entry = parseLine(line);
      log.push(entry);
      if (entry['msg'] === 'ready') resolve(entry['url'] as string);
    });
    void exited.then((code) =>
      reject(new Error(`ended with ${code} before it was ready:\n${printed.join('\n')}`)),
    );
  });
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { url, child, log, exited, stop };
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { text: line };
  }
}
