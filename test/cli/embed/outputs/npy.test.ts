import { appendFile, mkdir, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'chai';
import { Done } from '../../../../src/cli/embed/done.js';
import { npyFile } from '../../../../src/cli/embed/outputs/npy.js';
import { makeFolder } from '../../../support/folder.js';

const row = (n: number) => Float32Array.of(n, -n);

describe('a NumPy file', () => {
  let made: Awaited<ReturnType<typeof makeFolder>>;
  let file: string;
  beforeEach(async () => {
    made = await makeFolder({});
    file = path.join(made.folder, 'v.npy');
  });
  afterEach(() => made.remove());

  async function read() {
    const bytes = await readFile(file);
    const shape = /'shape': \((\d+), (\d+)\)/.exec(bytes.subarray(0, 128).toString('latin1'))!;
    const numbers = new Float32Array(new Uint8Array(bytes.subarray(128)).buffer);
    const index = (await readFile(`${file}.jsonl`, 'utf8')).trim().split('\n');
    return { shape: shape.slice(1).map(Number), numbers: [...numbers], index };
  }

  it('has its name once it and its index are whole, and then nothing else is left', async () => {
    const output = await npyFile(file, 2);
    await output.vector({ file: 'a.jpg' }, row(1));
    expect((await readdir(made.folder)).sort()).to.deep.equal(['v.npy.jsonl.part', 'v.npy.part']);
    await output.finish();
    expect((await readdir(made.folder)).sort()).to.deep.equal(['v.npy', 'v.npy.jsonl']);
    expect(await read()).to.deep.equal({
      shape: [1, 2],
      numbers: [1, -1],
      index: ['{"row":0,"file":"a.jpg"}'],
    });
  });

  it('is never there beside the index of another: the older one goes first, its index next', async () => {
    await mkdir(`${file}.jsonl`); // what cannot be written over
    await writeFile(file, 'an older one');
    const output = await npyFile(file, 2);
    await output.vector({ file: 'a.jpg' }, row(1));
    const failure = await output.finish().then(
      () => undefined,
      ({ code }: NodeJS.ErrnoException) => code,
    );
    expect(failure).to.equal('EISDIR');
    expect((await readdir(made.folder)).sort()).to.deep.equal([
      'v.npy.jsonl',
      'v.npy.jsonl.part',
      'v.npy.part',
    ]);
  });

  const halves: Record<string, () => Promise<void>> = {
    'as it was left': () => Promise.resolve(),
    'with half a row more': () => appendFile(`${file}.part`, Buffer.alloc(5)),
    'with a row that has no line': () => appendFile(`${file}.part`, Buffer.alloc(8)),
    'with half a line': () => appendFile(`${file}.jsonl.part`, '{"row":2,"fi'),
    'with a line that has no row': () => appendFile(`${file}.jsonl.part`, '{"row":2,"file":"c.jpg"}\n'),
    'without its last row': () => truncate(`${file}.part`, 128 + 8),
    'without its index': () => truncate(`${file}.jsonl.part`, 0),
    'without anything': () => truncate(`${file}.part`, 0),
  };
  for (const [title, damage] of Object.entries(halves))
    it(`is gone on with ${title}`, async () => {
      const output = await npyFile(file, 2);
      const names = ['a.jpg', 'b.jpg', 'c.jpg'];
      for (const n of [0, 1]) await output.vector({ file: names[n] }, row(n + 1));
      await output.leave();
      await damage();
      const done = new Done();
      const again = await npyFile(file, 2, done);
      for (const [n, name] of names.entries())
        if (!done.has({ file: name })) await again.vector({ file: name }, row(n + 1));
      await again.finish();
      expect(await read()).to.deep.equal({
        shape: [3, 2],
        numbers: [1, -1, 2, -2, 3, -3],
        index: names.map((name, n) => `{"row":${n},"file":"${name}"}`),
      });
    });
});
