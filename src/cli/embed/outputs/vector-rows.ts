import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { statIfThere } from '../../../core/optional-file.js';
import type { Done } from '../done.js';
import type { Named } from '../request.js';
import { AppendFile } from './append-file.js';
import { lineOf } from './json-lines.js';
import { writtenLines } from './written.js';

/** A row and what it is of. */
export interface Row {
  readonly named: Named;
  readonly vector: Float32Array;
}

/** Before the rows, for the header of a `.npy` file: a multiple of 64 as its form asks. */
export const HEADER_BYTES = 128;

/**
 * Rows of float32 in one file, and in another a line of JSON for what each is of, written after it: what has its line is
 * whole, so that a run that was killed can be gone on with.
 */
export class VectorRows {
  readonly vectorsFile: string;
  readonly indexFile: string;
  readonly #dimensions: number;
  readonly #vectors: AppendFile;
  readonly #index: AppendFile;
  #count: number;

  private constructor(
    file: string,
    dimensions: number,
    vectors: AppendFile,
    index: AppendFile,
    count: number,
  ) {
    [this.vectorsFile, this.indexFile] = filesOf(file);
    this.#dimensions = dimensions;
    this.#vectors = vectors;
    this.#index = index;
    this.#count = count;
  }

  /** @param done If a run is to be gone on with: is told of all rows that are there. */
  static async open(file: string, dimensions: number, done?: Done): Promise<VectorRows> {
    const [vectorsFile, indexFile] = filesOf(file);
    const kept = done ? await keep(vectorsFile, indexFile, dimensions, done) : { rows: 0, indexBytes: 0 };
    const bytes = kept.rows === 0 ? 0 : HEADER_BYTES + kept.rows * 4 * dimensions;
    const vectors = await AppendFile.open(vectorsFile, bytes);
    if (bytes === 0) await vectors.append(Buffer.alloc(HEADER_BYTES));
    const index = await AppendFile.open(indexFile, kept.indexBytes);
    return new VectorRows(file, dimensions, vectors, index, kept.rows);
  }

  get count(): number {
    return this.#count;
  }

  async append(named: Named, { buffer, byteOffset, byteLength }: Float32Array): Promise<void> {
    await this.#vectors.append(new Uint8Array(buffer, byteOffset, byteLength));
    await this.#index.append(await lineOf({ row: this.#count, ...named }));
    this.#count++;
  }

  /** @param header What is written before the rows, of `HEADER_BYTES`. */
  async finish(header: Uint8Array): Promise<void> {
    await this.#vectors.leave();
    await this.#index.finish();
    const handle = await open(this.vectorsFile, 'r+');
    try {
      await handle.write(header, 0, header.length, 0);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async leave(): Promise<void> {
    await Promise.all([this.#vectors.leave(), this.#index.leave()]);
  }

  /** All rows, for as long as none is appended. */
  async *read(): AsyncGenerator<Row> {
    const rowBytes = 4 * this.#dimensions;
    const lines = writtenLines(this.indexFile);
    let rest = Buffer.alloc(0);
    for await (const chunk of createReadStream(this.vectorsFile, { start: HEADER_BYTES })) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      let at = 0;
      for (; at + rowBytes <= rest.length; at += rowBytes) {
        const line = await lines.next();
        if (line.done === true) return;
        yield {
          named: line.value.named,
          vector: new Float32Array(new Uint8Array(rest.subarray(at, at + rowBytes)).buffer),
        };
      }
      rest = rest.subarray(at);
    }
  }
}

export function filesOf(file: string): [vectors: string, index: string] {
  return [`${file}.part`, `${file}.jsonl.part`];
}

/** How many rows are whole in both files, of which `done` is told. */
async function keep(vectorsFile: string, indexFile: string, dimensions: number, done: Done) {
  const bytes = (await statIfThere(vectorsFile))?.size ?? 0;
  const wholeRows = Math.max(0, Math.floor((bytes - HEADER_BYTES) / (4 * dimensions)));
  let [rows, indexBytes] = [0, 0];
  for await (const { named, end } of writtenLines(indexFile)) {
    if (rows === wholeRows || named['row'] !== rows) break;
    done.add(named);
    rows++;
    indexBytes = end;
  }
  return { rows, indexBytes };
}
