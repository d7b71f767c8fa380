import { createHash } from 'node:crypto';
import { HandspringError } from '../../core/errors.js';
import type { Named } from './request.js';

/** What a half-written file has already: paths as they are, and of each line four bytes, by which it is known again. */
export class Done {
  readonly #files = new Set<string>();
  #lines = new Uint32Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(named: Named): void {
    const { file, line, text } = named;
    if (typeof file === 'string') this.#files.add(file);
    else if (typeof line === 'number' && typeof text === 'string') this.#addLine(line, text);
    this.#count++;
  }

  /** @throws HandspringError where a line is another one than it was. */
  has({ file, line, text }: Named): boolean {
    if (typeof file === 'string') return this.#files.has(file);
    const known = typeof line === 'number' ? (this.#lines[line] ?? 0) : 0;
    if (known === 0) return false;
    if (typeof text === 'string' && hashOf(text) === known) return true;
    throw new HandspringError(
      'invalid_request',
      `--resume: line ${String(line)}: expected the text that the half-written file has of it, received another`,
    );
  }

  #addLine(line: number, text: string): void {
    if (line >= this.#lines.length) {
      const longer = new Uint32Array(2 * line);
      longer.set(this.#lines);
      this.#lines = longer;
    }
    this.#lines[line] = hashOf(text);
  }
}

/** Never 0, which stands for what is not there. */
function hashOf(text: string): number {
  return createHash('sha256').update(text.toWellFormed()).digest().readUInt32LE() || 1;
}
