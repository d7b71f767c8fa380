import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { openCheckpoint } from '../../src/convert/checkpoint/checkpoint.js';
import { CheckpointError } from '../../src/convert/checkpoint/not-a-checkpoint.js';
import { readPickle } from '../../src/convert/checkpoint/pickle.js';
import { checkpointFile, pickled, zipFile } from '../support/checkpoint-file.js';
import { seededRandom } from '../support/random.js';
import { ROUNDS, SEED } from './fuzz-suite.js';
import { mutate } from './mutate.js';

const TENSORS = {
  'a.weight': { dims: [4, 3], values: new Float32Array(12) },
  b: { dims: [], values: new Float32Array(1) },
};
const DESCRIBED = [
  { name: 'a.weight', dims: [4, 3], key: '0' },
  { name: 'b', dims: [], key: '1' },
];
/** Slower than this would be a loop over what a file only claims. */
const LONGEST_MS = 1000;

describe(`mutated checkpoints, seed ${SEED}`, function () {
  this.timeout(600_000);
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'fuzz-checkpoints-'))));
  after(() => rm(folder, { recursive: true }));

  it(`${ROUNDS} pickles: read, or refused in words; nothing takes long or much`, () => {
    const random = seededRandom(SEED);
    const right = [pickled(DESCRIBED)];
    const outcomes = { read: 0, refused: 0 };
    const before = process.memoryUsage().rss;
    for (let round = 0; round < ROUNDS; round++) {
      const { bytes, how } = mutate(right, random);
      const started = performance.now();
      try {
        readPickle(bytes);
        outcomes.read++;
      } catch (error) {
        expect(error, `${how}: ${String(error)}`).to.be.instanceOf(CheckpointError);
        outcomes.refused++;
      }
      expect(performance.now() - started, how).to.be.below(LONGEST_MS);
    }
    expect(Math.min(outcomes.read, outcomes.refused)).to.be.greaterThan(ROUNDS / 100);
    expect(process.memoryUsage().rss - before).to.be.below(300 * 2 ** 20);
  });

  it(`${Math.ceil(ROUNDS / 10)} archives: the same, and of one that is read every tensor is of its size`, async () => {
    const random = seededRandom(SEED + 1);
    const members = {
      'x/data.pkl': pickled(DESCRIBED),
      'x/data/0': Buffer.alloc(48),
      'x/data/1': Buffer.alloc(4),
    };
    const right = [checkpointFile(TENSORS), zipFile(members, { isWide: true })];
    const file = path.join(folder, 'mutated.pth');
    const outcomes = { read: 0, refused: 0 };
    for (let round = 0; round < Math.ceil(ROUNDS / 10); round++) {
      const { bytes, how } = mutate(right, random);
      await writeFile(file, bytes);
      try {
        const checkpoint = await openCheckpoint(file);
        try {
          for (const name of checkpoint.names) {
            const size = (checkpoint.dims(name) ?? []).reduce((product, side) => product * side, 1);
            expect(await checkpoint.floats(name), how).to.have.length(size);
          }
          outcomes.read++;
        } finally {
          await checkpoint.close();
        }
      } catch (error) {
        expect(error, `${how}: ${String(error)}`).to.be.instanceOf(CheckpointError);
        outcomes.refused++;
      }
    }
    expect(Math.min(outcomes.read, outcomes.refused)).to.be.greaterThan(ROUNDS / 1000);
  });
});
