import { setMaxListeners } from 'node:events';
import { expect } from 'chai';
import { Batcher } from '../../src/core/batcher.js';
import type { EnqueueOptions } from '../../src/core/batcher.js';
import { Budget } from '../../src/core/budget.js';
import type { Row } from '../../src/core/encoder.js';
import { RowTower } from '../../src/core/row-tower.js';
import type { RowTowerParts } from '../../src/core/row-tower.js';
import { deferred, settled } from '../support/deferred.js';

const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER); // one for every item that waits, as the engine's own signals have it
const options = (signal = NEVER) => ({ urgent: false, signal, enter: () => undefined });

function create(parts: Partial<RowTowerParts<Row>>) {
  const gates: ReturnType<typeof deferred<void>>[] = [];
  const batcher = new Batcher<Row>({
    maxBatch: 2,
    encode: async (rows) => {
      const gate = deferred<void>();
      gates.push(gate);
      await gate.promise;
      return { vectors: rows.map((row) => Float32Array.from(row)), encodeMs: 1 };
    },
  });
  const tower = new RowTower<Row>({
    modality: 'text',
    batcher,
    prepare: (content) => ({ rows: [Int32Array.of((content as string).length)] }),
    close: () => Promise.resolve(),
    ...parts,
  });
  return { tower, gates };
}

describe('a tower of rows', () => {
  it('prepares no more items than may wait, however many there are', async () => {
    let prepared = 0;
    const { tower, gates } = create({
      prepareAhead: new Budget({ capacity: 3 }),
      prepare: () => ({ rows: [Int32Array.of(++prepared)] }),
    });
    const all = Array.from({ length: 20 }, () => tower.embed('a', options()));
    await settled();
    // One in the encoder, whose place is free again, and three that wait.
    expect(prepared).to.equal(4);
    for (let batch = 0; batch < gates.length; batch++) {
      gates[batch]?.resolve();
      await settled();
      await settled();
    }
    expect((await Promise.all(all)).map(({ vector: [x] }) => x)).to.deep.equal(
      Array.from({ length: 20 }, (_, at) => at + 1),
    );
  });

  it('sends its rows one by one and behind queries, where an item has many', async () => {
    const asked: unknown[] = [];
    const enqueue = (_row: Row, { urgent, alone }: EnqueueOptions = {}) => {
      asked.push([urgent, alone]);
      return Promise.resolve(Float32Array.of(1));
    };
    const { tower } = create({
      batcher: { enqueue, waiting: 0, running: 0 },
      prepare: () => ({ rows: [Int32Array.of(1), Int32Array.of(2)] }),
      oneByOne: true,
    });
    await tower.embed('a', { ...options(), urgent: true });
    expect(asked).to.deep.equal([
      [false, true],
      [false, true],
    ]);
  });

  it('gives its place back when an item cannot be prepared, and when its caller leaves', async () => {
    const prepareAhead = new Budget({ capacity: 1 });
    const broken = create({ prepareAhead, prepare: () => Promise.reject(new Error('broken')) });
    expect(await broken.tower.embed('a', options()).catch((error: Error) => error.message)).to.equal(
      'broken',
    );
    const gone = new AbortController();
    const left = create({ prepareAhead, prepare: () => new Promise(() => undefined) });
    const first = left.tower.embed('a', options()).catch(() => undefined);
    const second = left.tower.embed('a', options(gone.signal)).catch((error: Error) => error.message);
    gone.abort(new Error('gone'));
    expect(await second).to.equal('gone');
    expect(prepareAhead.inUse).to.equal(1);
    void first;
  });

  it('joins the vectors of rows by their weights', async () => {
    const rows = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
    const { tower, gates } = create({ prepare: () => ({ rows, weights: [3, 1], truncated: true }) });
    const embedding = tower.embed('a', options());
    await settled();
    gates[0]?.resolve();
    await settled();
    gates[1]?.resolve();
    const { vector, truncated } = await embedding;
    expect([Array.from(vector), truncated]).to.deep.equal([[0.75, 0.25], true]);
  });
});
