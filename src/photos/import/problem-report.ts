import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { printable } from '../../core/printable.js';

/** Told at the end, where all of them stand in no file. */
const MOST_TOLD = 10;

/**
 * What failed and why: the first ten for people, and all of them in a file if one is asked for, as JSON lines
 * `{"file": …, "reason": …}`. The file is made at the first problem, so a run without any leaves none; one of an earlier
 * run is removed.
 */
export class ProblemReport {
  readonly #file: string;
  readonly #first: string[] = [];
  #count = 0;
  #handle: FileHandle | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Why it could not be written: no reason to lose what an import has done. */
  #unwritten: Error | undefined;

  private constructor(file: string) {
    this.#file = file;
  }

  /** @param file Where all are listed; empty for nowhere. */
  static async start(file: string): Promise<ProblemReport> {
    if (file !== '') await rm(file, { force: true });
    return new ProblemReport(file);
  }

  add(file: string, reason: string): void {
    this.#count++;
    if (this.#first.length < MOST_TOLD) this.#first.push(printable(`${file}: ${reason}`));
    if (this.#file === '') return;
    this.#writing = this.#writing
      .then(() => this.#write({ file, reason }))
      .catch((error: unknown) => void (this.#unwritten ??= error as Error));
  }

  /** What there is to tell, as lines; empty if nothing went wrong. */
  describe(): string[] {
    if (this.#count === 0) return [];
    if (this.#unwritten)
      return [
        ...this.#first,
        `${this.#count} in all; ${this.#file} could not be written: ${this.#unwritten.message}`,
      ];
    if (this.#file !== '') return [...this.#first, `All ${this.#count}, and why: ${this.#file}`];
    const more = this.#count - this.#first.length;
    return [...this.#first, ...(more > 0 ? [`and ${more} more; --report FILE lists all`] : [])];
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#handle?.close();
  }

  async #write(problem: { readonly file: string; readonly reason: string }): Promise<void> {
    this.#handle ??= await open(this.#file, 'w');
    await this.#handle.write(`${JSON.stringify(problem)}\n`);
  }
}
