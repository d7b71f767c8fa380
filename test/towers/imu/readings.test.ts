import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { toRow } from '../../../src/towers/imu/readings.js';
import { sampleMotions } from '../../../src/towers/imu/samples.js';
import { readImuSettings } from '../../../src/towers/imu/settings.js';
import type { ImuSettings } from '../../../src/towers/imu/settings.js';
import { rejectionOf } from '../../support/rejection.js';

const TABLE = 'x,y\n1,2\n3,4\n5,6\n';
const SETTINGS: ImuSettings = { channels: 2, length: 4, reading: 'transpose' };
const rowOf = (text: string, settings: Partial<ImuSettings> = {}) =>
  Array.from(toRow(Buffer.from(text), { ...SETTINGS, ...settings }));

describe('readings of a motion sensor', () => {
  it('are a row for each column of the table, filled up with zeros or cut', () => {
    expect(rowOf(TABLE)).to.deep.equal([1, 3, 5, 0, 2, 4, 6, 0]);
    expect(rowOf(TABLE, { length: 2 })).to.deep.equal([1, 3, 2, 4]);
  });

  it("are mixed as multi2vec-bind's container mixes them, where the folder says so", () => {
    expect(rowOf(TABLE, { reading: 'reshape' })).to.deep.equal([1, 2, 3, 0, 4, 5, 6, 0]);
    expect(rowOf(TABLE, { reading: 'reshape', length: 2 })).to.deep.equal([1, 2, 4, 5]);
  });

  it('are numbers in every form that CSV has them in, with any line ends', () => {
    expect(rowOf('x,y\r\n 1e-1 ,+2.\r\r\n\n-.5,3E2')).to.deep.equal([
      ...[Math.fround(0.1), -0.5, 0, 0],
      ...[2, 300, 0, 0],
    ]);
  });

  for (const [text, message] of [
    ['', 'expected a CSV file of numbers, received no bytes'],
    ['x,y\n', 'expected a CSV file with a line of headings and lines of numbers, received no numbers'],
    ['x,y\n1,2,3', 'expected 2 numbers with commas between in line 2, received 3'],
    ['x,y\n1,2\n\n1', 'expected 2 numbers with commas between in line 4, received 1'],
    ['x,y\n1,', 'expected a number in line 2, received ""'],
    ['x,y\n1,0x10', 'expected a number in line 2, received "0x10"'],
    ['x,y\nnan,1', 'expected a number in line 2, received "nan"'],
    ['x,y\n1e99,1', 'expected a number in line 2, received "1e99"'],
    [`x,y\n${'9'.repeat(100)}z,1`, `expected a number in line 2, received "${'9'.repeat(40)}…"`],
  ] as const)
    it(`are refused of ${JSON.stringify(text.slice(0, 20))}`, () => {
      expect(() => rowOf(text))
        .to.throw(message)
        .with.property('code', 'invalid_media');
    });

  it('have samples of every kind, of the shape of a row', () => {
    const samples = sampleMotions({ ...SETTINGS, channels: 6, length: 100 });
    expect(samples.map(({ length }) => length)).to.deep.equal(Array(8).fill(600));
    expect(samples.flatMap((row) => Array.from(row)).every(Number.isFinite)).to.equal(true);
  });
});

describe('settings of a motion sensor’s tower', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'imu-'))));
  after(() => rm(folder, { recursive: true }));

  const read = async (config: object) => {
    await writeFile(path.join(folder, 'imu.json'), JSON.stringify(config));
    return readImuSettings(folder, {});
  };

  it('are read, and named where they are wrong', async () => {
    expect(await read(SETTINGS)).to.deep.equal(SETTINGS);
    const message = async (changed: object) => (await rejectionOf(read({ ...SETTINGS, ...changed }))).message;
    expect(await message({ reading: 'sideways' })).to.include(
      'imu.json: reading: expected reshape or transpose, received "sideways"',
    );
    expect(await message({ channels: 0 })).to.include(
      'channels: expected a whole number of 1 to 64, received 0',
    );
    expect(await message({ length: undefined })).to.include(
      'length: expected a whole number of 1 to 1000000, received nothing',
    );
    expect((await rejectionOf(readImuSettings(folder, { settings: 'none.json' }))).message).to.include(
      'expected none.json, there is none',
    );
  });
});
