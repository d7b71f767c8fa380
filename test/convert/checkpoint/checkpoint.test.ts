import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { openCheckpoint } from '../../../src/convert/checkpoint/checkpoint.js';
import { checkpointFile, pickled, zipFile } from '../../support/checkpoint-file.js';
import type { PickledSketch, ZipSketch } from '../../support/checkpoint-file.js';
import { rejectionOf } from '../../support/rejection.js';

const A = { dims: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) };
const B = { dims: [], values: Float32Array.of(7) };

describe('openCheckpoint', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'checkpoint-'));
    file = path.join(folder, 'a.pth');
  });
  after(() => rm(folder, { recursive: true }));

  const openBytes = async (bytes: Buffer) => {
    await writeFile(file, bytes);
    return openCheckpoint(file);
  };
  const refusal = async (bytes: Buffer) => (await rejectionOf(openBytes(bytes))).message;

  it('knows names and shapes, and reads the numbers of the one that is asked for', async () => {
    const checkpoint = await openBytes(checkpointFile({ a: A, b: B }));
    expect(checkpoint.names).to.deep.equal(['a', 'b']);
    expect(checkpoint.dims('a')).to.deep.equal([2, 3]);
    expect(checkpoint.dims('c')).to.equal(undefined);
    expect(await checkpoint.floats('a')).to.deep.equal(A.values);
    expect(await checkpoint.floats('b')).to.deep.equal(B.values);
    expect((await rejectionOf(checkpoint.floats('c'))).message).to.equal(
      '"c": expected a tensor of that name, there is none',
    );
    await checkpoint.close();
  });

  const members = (sketch: Partial<PickledSketch> = {}) => ({
    'x/data.pkl': pickled([{ name: 'a', dims: [2, 3], key: '0', ...sketch }]),
    'x/data/0': Buffer.from(A.values.buffer),
  });

  it('reads archives with sizes in ZIP64, as those of more than 4 GB are', async () => {
    const checkpoint = await openBytes(zipFile(members(), { isWide: true }));
    expect(await checkpoint.floats('a')).to.deep.equal(A.values);
    await checkpoint.close();
  });

  it('reads a tensor that is a part of another one’s storage', async () => {
    const checkpoint = await openBytes(zipFile(members({ dims: [1, 2], strides: [9, 1], offset: 3 })));
    expect(await checkpoint.floats('a')).to.deep.equal(Float32Array.of(4, 5));
    await checkpoint.close();
  });

  const wrong: readonly (readonly [string, Record<string, Buffer>, string, ZipSketch?])[] = [
    [
      'numbers of another type',
      members({ storage: 'HalfStorage' }),
      '"a": expected float32 numbers (FloatStorage), received HalfStorage',
    ],
    [
      'a tensor that is turned over',
      members({ strides: [1, 2] }),
      '"a": expected a tensor that lies row by row, received strides 1,2 of [2,3]',
    ],
    [
      'more numbers than there are',
      members({ dims: [3, 3] }),
      '"a": expected 36 bytes of numbers, received 24',
    ],
    [
      'more numbers than any file has',
      members({ dims: [2 ** 30, 2 ** 30] }),
      'bytes of numbers, received 24',
    ],
    ['a place behind the end', members({ offset: 1 }), '"a": expected 28 bytes of numbers, received 24'],
    [
      'numbers that are not there',
      members({ key: '1' }),
      '"a": expected its numbers in data/1, received an archive without them',
    ],
    [
      'numbers with the highest byte first',
      { ...members(), 'x/byteorder': Buffer.from('big') },
      'expected numbers with the lowest byte first',
    ],
    ['two pickles', { ...members(), 'y/data.pkl': Buffer.of() }, 'with one data.pkl, received several'],
    ['no pickle', { 'x/data/0': Buffer.of() }, 'with one data.pkl, received none'],
    ['a pickle in a folder of a folder', { '../x/data.pkl': pickled([]) }, 'received none'],
    [
      'compressed members',
      members(),
      '"x/data.pkl": expected it stored as it is, received it compressed',
      { method: 8 },
    ],
    [
      'encrypted members',
      members(),
      '"x/data.pkl": expected it stored as it is, received it encrypted',
      { flags: 1 },
    ],
    ['members that claim more than the file has', members(), 'cut short or damaged', { size: 2 ** 31 }],
  ];
  for (const [what, content, message, sketch] of wrong)
    it(`refuses ${what}`, async () => {
      expect(await refusal(zipFile(content, sketch)))
        .to.include(`${file}: `)
        .and.include(message);
    });

  it('refuses what is no archive, and what is no file', async () => {
    for (const bytes of [Buffer.of(), Buffer.from('\x80\x02}q\0.'), Buffer.alloc(100_000)])
      expect(await refusal(bytes)).to.include(
        'expected a ZIP archive, as torch.save writes since PyTorch 1.6',
      );
    expect((await rejectionOf(openCheckpoint(path.join(folder, 'none.pth')))).message).to.include('ENOENT');
  });

  it('refuses an archive wherever it is cut', async () => {
    const whole = zipFile(members(), { isWide: true });
    for (let length = 0; length < whole.length; length += 7)
      expect(await refusal(whole.subarray(0, length)), String(length)).to.match(
        /expected a (whole )?ZIP archive/,
      );
  });

  it('refuses a directory that is larger than memory should be', async () => {
    const bytes = zipFile(members());
    bytes.writeUInt32LE(2 ** 31, bytes.length - 10);
    expect(await refusal(bytes)).to.include('expected a directory of at most');
  });

  it('refuses one that names a member twice', async () => {
    const bytes = zipFile({ ...members(), 'x/data/1': Buffer.of() });
    const names = Buffer.from(bytes.toString('latin1').replaceAll('x/data/1', 'x/data/0'), 'latin1');
    expect(await refusal(names)).to.include('"x/data/0": expected it once, received it twice');
  });
});
