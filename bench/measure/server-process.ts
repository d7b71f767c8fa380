import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { readTreeMemory } from './memory.js';
import type { Memory } from './memory.js';

/** Lines kept for the error when a server ends before its time. */
const KEPT_LINES = 30;

/** A server in a fresh process, of whose environment nothing is passed on but the path. */
export class ServerProcess {
  readonly startMs = performance.now();
  readonly #lastLines: string[] = [];
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #ended: Promise<void>;
  readonly #name: string;

  constructor(name: string, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#name = name;
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stderr });
    this.#lines.on('line', (line) => this.#keep(line));
    this.#ended = new Promise((resolve) => {
      child.once('close', () => resolve());
      child.once('error', (error) => {
        this.#keep(error.message);
        resolve();
      });
    });
  }

  /** What `pick` makes of the first line on the error stream of which it makes anything. */
  whenLine<T>(pick: (line: string) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const listener = (line: string) => {
        const picked = pick(line);
        if (picked === undefined) return;
        this.#lines.off('line', listener);
        resolve(picked);
      };
      this.#lines.on('line', listener);
    });
  }

  /**
   * What comes of waiting for the server to be ready, and when it came, in milliseconds from the process's start.
   * @throws Error with what it printed if it ends before.
   */
  async ready<T>(waiting: Promise<T>): Promise<{ found: T; readyMs: number }> {
    const early = this.#ended.then(() => {
      throw new Error(`${this.#name} ended before it was ready:\n${this.#lastLines.join('\n')}`);
    });
    const found = await Promise.race([waiting, early]);
    return { found, readyMs: performance.now() - this.startMs };
  }

  memory(): Promise<Memory> {
    return readTreeMemory(this.#child.pid ?? NaN);
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  #keep(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
  }
}
