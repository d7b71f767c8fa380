import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { Done } from '../../../../src/cli/embed/done.js';
import { parquetFile } from '../../../../src/cli/embed/outputs/parquet.js';
import type { Column } from '../../../../src/cli/embed/outputs/parquet.js';
import { makeFolder } from '../../../support/folder.js';

const FILES: readonly Column[] = [{ name: 'file', type: 'STRING' }];
const LINES: readonly Column[] = [
  { name: 'text', type: 'STRING' },
  { name: 'line', type: 'INT64' },
];

describe('a Parquet file', () => {
  let made: Awaited<ReturnType<typeof makeFolder>>;
  let file: string;
  beforeEach(async () => {
    made = await makeFolder({});
    file = path.join(made.folder, 'v.parquet');
  });
  afterEach(() => made.remove());

  const read = async () => parquetReadObjects({ file: await asyncBufferFromFile(file) });

  it('has what each vector is of and the vector, to the bit', async () => {
    const output = await parquetFile(file, LINES, 2);
    await output.vector({ text: 'naïve \ud83d\ude00', line: 1 }, Float32Array.of(0.1, -1));
    await output.vector({ text: '', line: 3 }, Float32Array.of(2 ** -126, 3));
    await output.finish();
    expect(await read()).to.deep.equal([
      { text: 'naïve \ud83d\ude00', line: 1n, vector: [Math.fround(0.1), -1] },
      { text: '', line: 3n, vector: [2 ** -126, 3] },
    ]);
    expect(await readdir(made.folder)).to.deep.equal(['v.parquet']);
  });

  it('has groups of rows, of which one is in memory at a time', async () => {
    const dimensions = 2 ** 19;
    const output = await parquetFile(file, FILES, dimensions);
    for (let n = 0; n < 3; n++)
      await output.vector({ file: `${n}.jpg` }, new Float32Array(dimensions).fill(n));
    await output.finish();
    const buffer = await asyncBufferFromFile(file);
    const { row_groups } = await parquetMetadataAsync(buffer);
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).to.deep.equal([2, 1]);
    const rows = (await read()) as { file: string; vector: number[] }[];
    expect(rows.map((row) => [row.file, row.vector.at(-1)])).to.deep.equal([
      ['0.jpg', 0],
      ['1.jpg', 1],
      ['2.jpg', 2],
    ]);
  });

  it('may have no rows', async () => {
    await (await parquetFile(file, FILES, 2)).finish();
    expect(await read()).to.deep.equal([]);
  });

  it('is gone on with', async () => {
    const output = await parquetFile(file, FILES, 2);
    await output.vector({ file: 'a.jpg' }, Float32Array.of(1, 2));
    await output.leave();
    const done = new Done();
    const again = await parquetFile(file, FILES, 2, done);
    expect(done.has({ file: 'a.jpg' })).to.equal(true);
    await again.vector({ file: 'b.jpg' }, Float32Array.of(3, 4));
    await again.finish();
    expect(await read()).to.deep.equal([
      { file: 'a.jpg', vector: [1, 2] },
      { file: 'b.jpg', vector: [3, 4] },
    ]);
  });
});
