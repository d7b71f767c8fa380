import type { FSWatcher } from 'node:fs';
import { watch } from 'node:fs';
import { toLocation } from '../location.js';

const QUIET_MS = 300;
/** However long changes go on: a folder in which something always changes is looked at too. */
const LONGEST_MS = 5000;
const POLL_MS = 5000;

/**
 * Calls `onChange` soon after something changed in the watched directories: once the changes have paused, so that a file
 * being copied is looked at when it is whole, and five seconds after the first of them at the latest. Where the system cannot watch (too many directories, a network drive), it
 * calls every five seconds instead; the owner compares and finds nothing new at little cost.
 */
export class FolderWatch {
  readonly #root: string;
  readonly #onChange: () => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #quiet: NodeJS.Timeout | undefined;
  #latest: NodeJS.Timeout | undefined;
  #poll: NodeJS.Timeout | undefined;

  constructor(root: string, onChange: () => void) {
    this.#root = root;
    this.#onChange = onChange;
  }

  /** Watches exactly these directories from now on, named from the root; the root itself is the empty name. */
  follow(directories: readonly string[]): void {
    const wanted = new Set(directories);
    for (const [directory, watcher] of this.#watchers) {
      if (wanted.has(directory)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
    for (const directory of wanted) {
      if (this.#poll === undefined && !this.#watchers.has(directory)) this.#watchOne(directory);
    }
  }

  close(): void {
    this.#closeWatchers();
    this.#clearTimers();
    clearInterval(this.#poll);
  }

  #watchOne(directory: string): void {
    try {
      const watcher = watch(toLocation(this.#root, directory), () => this.#noteChange());
      watcher.on('error', () => this.#pollInstead());
      this.#watchers.set(directory, watcher);
    } catch {
      this.#pollInstead();
    }
  }

  #noteChange(): void {
    const tell = () => {
      this.#clearTimers();
      this.#onChange();
    };
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(tell, QUIET_MS);
    this.#latest ??= setTimeout(tell, LONGEST_MS);
  }

  #clearTimers(): void {
    clearTimeout(this.#quiet);
    clearTimeout(this.#latest);
    this.#latest = undefined;
  }

  #pollInstead(): void {
    this.#closeWatchers();
    this.#poll ??= setInterval(this.#onChange, POLL_MS).unref();
  }

  #closeWatchers(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}
