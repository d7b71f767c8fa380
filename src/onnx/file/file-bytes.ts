import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Read at a time: a graph without its weights is a few of these. */
const WINDOW = 64 * 1024;

/** The bytes of a file, read where they are asked for. Blocks its thread; to be closed. */
export class FileBytes {
  readonly length: number;
  private readonly descriptor: number;
  private window = new Uint8Array(0);
  private windowStart = 0;

  /** @throws Error of the system if the file cannot be opened. */
  constructor(file: string) {
    this.descriptor = openSync(file, 'r');
    this.length = fstatSync(this.descriptor).size;
  }

  /** One byte, `undefined` after the end. */
  at(position: number): number | undefined {
    const offset = position - this.windowStart;
    if (offset >= 0 && offset < this.window.length) return this.window[offset];
    if (position >= this.length) return undefined;
    this.window = this.slice(position, Math.min(position + WINDOW, this.length));
    this.windowStart = position;
    return this.window[0];
  }

  /** The bytes from `start` to `end`, in memory of their own. */
  slice(start: number, end: number): Uint8Array<ArrayBuffer> {
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
      const read = readSync(this.descriptor, target, filled, target.length - filled, start + filled);
      if (read === 0)
        throw new RangeError(`expected ${target.length} bytes from ${start}, received ${filled}`);
      filled += read;
    }
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
