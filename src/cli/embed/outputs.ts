import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { toJson } from '../../serve/contracts/json-answer.js';

/** Where vectors go. */
export interface Output {
  /** Resolves when there is room for more. */
  vector(named: Readonly<Record<string, unknown>>, vector: Float32Array): Promise<void>;
  /** What could not be embedded, where whoever reads this waits for an answer to each request. */
  failure?(named: Readonly<Record<string, unknown>>, failure: object): Promise<void>;
  /** Puts the finished file in its place; without it nothing of a run that broke off is there under its name. */
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

/** A line of JSON for each: `{"file": "cat.jpg", "vector": […]}`. */
export function jsonLinesTo(stream: Writable): Output {
  return {
    vector: (named, vector) => writeLine(stream, { ...named, vector }),
    failure: (named, failure) => writeLine(stream, { ...named, ...failure }),
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}

/** The same in a file. */
export function jsonLinesFile(file: string): Output {
  const lines = new LineFile(file);
  return {
    vector: (named, vector) => lines.write({ ...named, vector }),
    finish: () => lines.finish(),
    abandon: () => lines.abandon(),
  };
}

/** Bytes of the header of a `.npy` file, whatever its numbers: filled up with blanks, a multiple of 64 as its form asks. */
const HEADER_BYTES = 128;

/**
 * A NumPy file of `[n, dimensions]` float32 (format 1.0: numpy.org/doc/stable/reference/generated/numpy.lib.format.html), and
 * beside it `FILE.jsonl` with what each row is of.
 */
export async function npyFile(file: string, dimensions: number): Promise<Output> {
  const part = `${file}.part`;
  const handle: FileHandle = await open(part, 'w');
  await handle.write(Buffer.alloc(HEADER_BYTES));
  const index = new LineFile(`${file}.jsonl`);
  let rows = 0;
  return {
    vector: async (named, vector) => {
      // Not `write`, which may write less than it is given.
      await handle.appendFile(Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength));
      await index.write({ row: rows++, ...named });
    },
    finish: async () => {
      await handle.write(npyHeader(rows, dimensions), 0, HEADER_BYTES, 0);
      await handle.close();
      await index.finish();
      await rename(part, file);
    },
    abandon: async () => {
      await handle.close();
      await index.abandon();
      await rm(part, { force: true });
    },
  };
}

function npyHeader(rows: number, dimensions: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES, ' ');
  header.write('\x93NUMPY\x01\x00', 'latin1');
  header.writeUInt16LE(HEADER_BYTES - 10, 8);
  header.write(`{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${dimensions}), }`, 10, 'latin1');
  header.write('\n', HEADER_BYTES - 1, 'latin1');
  return header;
}

/** Lines of JSON in a file that has its name once it is whole. */
class LineFile {
  readonly #file: string;
  readonly #stream: Writable;
  #failure: Error | undefined;

  constructor(file: string) {
    this.#file = file;
    this.#stream = createWriteStream(this.#part);
    this.#stream.on('error', (error) => (this.#failure ??= error)); // such as a full disk; told at the next line
  }

  async write(line: object): Promise<void> {
    if (this.#failure) throw this.#failure;
    await writeLine(this.#stream, line);
  }

  async finish(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
    await rename(this.#part, this.#file);
  }

  async abandon(): Promise<void> {
    this.#stream.destroy();
    await rm(this.#part, { force: true });
  }

  get #part(): string {
    return `${this.#file}.part`;
  }
}

async function writeLine(stream: Writable, line: object): Promise<void> {
  const json = await toJson(line);
  for (const piece of typeof json === 'string' ? [json] : json) stream.write(piece);
  if (!stream.write('\n')) await once(stream, 'drain');
}
