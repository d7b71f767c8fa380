import { rename, rm } from 'node:fs/promises';
import type { Done } from '../done.js';
import type { Output } from './output.js';
import { HEADER_BYTES, VectorRows } from './vector-rows.js';

/**
 * A NumPy file of `[n, dimensions]` float32 (format 1.0: numpy.org/doc/stable/reference/generated/numpy.lib.format.html), and
 * beside it `FILE.jsonl` with what each row is of. An older FILE goes before the two get their names, the index first: where
 * FILE is there, the index beside it is its own.
 */
export async function npyFile(file: string, dimensions: number, done?: Done): Promise<Output> {
  const rows = await VectorRows.open(file, dimensions, done);
  return {
    vector: (named, vector) => rows.append(named, vector),
    finish: async () => {
      await rows.finish(npyHeader(rows.count, dimensions));
      await rm(file, { force: true });
      await rename(rows.indexFile, `${file}.jsonl`);
      await rename(rows.vectorsFile, file);
    },
    leave: () => rows.leave(),
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
