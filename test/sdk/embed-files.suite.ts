import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { npyFile } from '../../src/cli/embed/outputs/npy.js';
import { parquetFile } from '../../src/cli/embed/outputs/parquet.js';
import { makeFolder } from '../support/folder.js';
import { pythonWith } from '../support/python-environment.js';

const REQUIREMENTS = 'numpy==2.4.6\npyarrow==26.0.1\n';

const READ_NPY = `
import json, sys, numpy
vectors = numpy.load(sys.argv[1])
print(json.dumps([str(vectors.dtype), vectors.shape, vectors.tolist()]))
`;

const READ_PARQUET = `
import json, sys, pyarrow.parquet
table = pyarrow.parquet.read_table(sys.argv[1])
print(json.dumps([[f"{field.name}: {field.type}" for field in table.schema], table.to_pylist()]))
`;

describe('files of vectors', function () {
  this.timeout(300_000);
  let made: Awaited<ReturnType<typeof makeFolder>>;
  let python: string;
  before(async () => {
    made = await makeFolder({});
    python = await pythonWith(REQUIREMENTS);
  });
  after(() => made.remove());

  const read = async (program: string, file: string) =>
    JSON.parse((await promisify(execFile)(python, ['-c', program, file])).stdout) as unknown;

  it('are read by NumPy', async () => {
    const file = path.join(made.folder, 'v.npy');
    const output = await npyFile(file, 2);
    await output.vector({ file: 'a.jpg' }, Float32Array.of(0.5, -1));
    await output.vector({ file: 'b.jpg' }, Float32Array.of(2 ** -126, 3));
    await output.finish();
    expect(await read(READ_NPY, file)).to.deep.equal([
      'float32',
      [2, 2],
      [
        [0.5, -1],
        [2 ** -126, 3],
      ],
    ]);
  });

  it('are read by Arrow, without a row too', async () => {
    const file = path.join(made.folder, 'v.parquet');
    const columns = [
      { name: 'text', type: 'STRING' },
      { name: 'line', type: 'INT64' },
    ] as const;
    const types = ['text: string', 'line: int64', 'vector: list<element: float not null>'];
    await (await parquetFile(file, columns, 2)).finish();
    expect(await read(READ_PARQUET, file)).to.deep.equal([types, []]);
    const output = await parquetFile(file, columns, 2);
    await output.vector({ text: 'naïve', line: 7 }, Float32Array.of(0.5, -1));
    await output.finish();
    expect(await read(READ_PARQUET, file)).to.deep.equal([
      types,
      [{ text: 'naïve', line: 7, vector: [0.5, -1] }],
    ]);
  });
});
