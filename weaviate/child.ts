import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Lines kept for the error when a program ends before its time. */
const KEPT_LINES = 30;

/** What is called with each line the program writes, on either stream. */
export type LineListener = (line: string) => void;

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly onLine?: LineListener;
}

/** A program that runs beside this one, and ends with it at the latest. */
export class Child {
  /** The exit code, or `null` after a signal. */
  readonly exited: Promise<number | null>;
  readonly #listeners = new Set<LineListener>();
  readonly #lastLines: string[] = [];
  #running = true;
  readonly #spawned: ChildProcess;

  private constructor(
    readonly name: string,
    spawned: ChildProcess,
  ) {
    this.#spawned = spawned;
    for (const stream of [this.#spawned.stdout, this.#spawned.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#hear(line));
    }
    // Not SIGKILL: the docker command passes this one on to its container.
    const endWithUs = () => void this.#spawned.kill('SIGTERM');
    process.once('exit', endWithUs);
    this.exited = new Promise((resolve) => {
      const ended = (code: number | null) => {
        this.#running = false;
        process.off('exit', endWithUs);
        resolve(code);
      };
      this.#spawned.once('close', ended);
      this.#spawned.once('error', (error) => {
        this.#hear(error.message);
        ended(null);
      });
    });
  }

  static start(name: string, command: string, args: readonly string[], options: ChildOptions = {}): Child {
    const { env, cwd, onLine } = options;
    // In a group of its own: a terminal's Ctrl-C is for this process, which then stops its children in order.
    const spawned = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env, cwd });
    const child = new Child(name, spawned);
    if (onLine) child.#listeners.add(onLine);
    return child;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  /**
   * What `pick` makes of the first line, from now on, of which it makes anything.
   * @throws Error with the program's last lines if it ends first.
   */
  waitForLine<T>(pick: (line: string) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const listener: LineListener = (line) => {
        const picked = pick(line);
        if (picked === undefined) return;
        this.#listeners.delete(listener);
        resolve(picked);
      };
      this.#listeners.add(listener);
      void this.exited.then((code) => reject(this.ended(code)));
    });
  }

  /** Why the program is no longer there, with its last words. */
  ended(code: number | null): Error {
    return new Error(`${this.name} ended (exit code ${code ?? 'none'})\n${this.#lastLines.join('\n')}`);
  }

  /** Sends a signal, and waits for nothing. */
  signal(signal: NodeJS.Signals): void {
    this.#spawned.kill(signal);
  }

  /** Ends the program: with `signal` first and, where that takes longer than `graceMs`, for good. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 20_000): Promise<void> {
    if (!this.#running) return;
    this.#spawned.kill(signal);
    const force = setTimeout(() => void this.#spawned.kill('SIGKILL'), graceMs);
    await this.exited;
    clearTimeout(force);
  }

  #hear(line: string): void {
    this.#lastLines.push(line);
    if (this.#lastLines.length > KEPT_LINES) this.#lastLines.shift();
    for (const listener of this.#listeners) listener(line);
  }
}
