import { closeSync, fstatSync, readSync } from 'node:fs';
import { openFileSync } from '../../core/regular-file.js';

/** Bytes that are read where they are asked for: a file's, or those of memory. */
export interface Bytes {
  readonly length: number;
  /** One byte, `undefined` after the end. */
  at(position: number): number | undefined;
  /** The bytes from `start` to `end`; those of memory are not copied. */
  slice(start: number, end: number): Uint8Array;
}

/** A stretch of `Bytes`, not yet read. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** Bytes of memory. */
export function bytesOf(memory: Uint8Array): Bytes {
  return {
    length: memory.length,
    at: (position) => memory[position],
    slice: (start, end) => memory.subarray(start, end),
  };
}

/** Read at a time: a graph without its weights is a few of these. */
const WINDOW = 64 * 1024;

/** The bytes of a file. Blocks its thread; to be closed. */
export class FileBytes implements Bytes {
  readonly length: number;
  readonly #descriptor: number;
  #window = new Uint8Array(0);
  #windowStart = 0;

  /** @throws NoFileError for anything but a file; Error of the system if it cannot be opened. */
  constructor(file: string) {
    this.#descriptor = openFileSync(file);
    this.length = fstatSync(this.#descriptor).size;
  }

  at(position: number): number | undefined {
    const offset = position - this.#windowStart;
    if (offset >= 0 && offset < this.#window.length) return this.#window[offset];
    if (position >= this.length) return undefined;
    const window = new Uint8Array(Math.min(WINDOW, this.length - position));
    this.copy(position, window);
    this.#window = window;
    this.#windowStart = position;
    return window[0];
  }

  slice(start: number, end: number): Uint8Array<ArrayBuffer> {
    const offset = start - this.#windowStart;
    if (offset >= 0 && end - this.#windowStart <= this.#window.length)
      return this.#window.slice(offset, offset + end - start);
    const bytes = new Uint8Array(end - start);
    this.copy(start, bytes);
    return bytes;
  }

  /**
   * Fills `target` with the bytes from `start` on.
   * @throws RangeError if the file ends before.
   */
  copy(start: number, target: Uint8Array): void {
    for (let filled = 0; filled < target.length;) {
      const read = readSync(this.#descriptor, target, filled, target.length - filled, start + filled);
      if (read === 0)
        throw new RangeError(`expected ${target.length} bytes from ${start}, received ${filled}`);
      filled += read;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
