import { expect } from 'chai';
import { Batcher, MAX_OVERTAKES, POLITE_MS } from '../../src/core/batcher.js';
import type { BatcherOptions } from '../../src/core/batcher.js';
import type { EncodedBatch } from '../../src/core/encoder.js';
import { HandspringError } from '../../src/core/errors.js';
import { deferred, settled } from '../support/deferred.js';
import type { Deferred } from '../support/deferred.js';

/** An encoder that the test lets go batch by batch; the vector of a row is the row's number. */
class GatedEncoder {
  readonly batches: { rows: readonly number[]; gate: Deferred<void> }[] = [];

  encode = async (rows: readonly number[]): Promise<EncodedBatch> => {
    const gate = deferred<void>();
    this.batches.push({ rows, gate });
    await gate.promise;
    return { vectors: rows.map((row) => Float32Array.of(row)), encodeMs: 1 };
  };

  /** Lets the batch under way finish, and gives its rows. */
  async finish(): Promise<readonly number[]> {
    const batch = this.batches.at(-1);
    batch?.gate.resolve();
    await settled();
    return batch?.rows ?? [];
  }
}

function create(options: Partial<BatcherOptions<number>> = {}) {
  const encoder = new GatedEncoder();
  return { encoder, batcher: new Batcher<number>({ encode: encoder.encode, maxBatch: 4, ...options }) };
}

describe('batcher', () => {
  it('sends a lone row at once, and then what waits, up to the limit, in order', async () => {
    const { encoder, batcher } = create();
    const rows = [1, 2, 3, 4, 5, 6].map((row) => batcher.enqueue(row));
    expect(await encoder.finish()).to.deep.equal([1]);
    expect(await encoder.finish()).to.deep.equal([2, 3, 4, 5]);
    expect(await encoder.finish()).to.deep.equal([6]);
    const results = await Promise.all(rows);
    expect(results.map(([row]) => row)).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  it('sends rows that go alone one by one, and a query after the one that is under way', async () => {
    const { encoder, batcher } = create();
    const rows = [1, 2, 3, 4].map((row) => batcher.enqueue(row, { alone: true }));
    rows.push(batcher.enqueue(8), batcher.enqueue(9, { urgent: true }));
    const batches: (readonly number[])[] = [];
    for (let batch = 0; batch < 6; batch++) batches.push(await encoder.finish());
    expect(batches).to.deep.equal([[1], [9], [2], [3], [4], [8]]);
    await Promise.all(rows);
  });

  it('answers a large batch a few rows at a time, and others get their turn between', async () => {
    const { encoder, batcher } = create({ maxBatch: 16 });
    const answered: number[] = [];
    const rows = Array.from({ length: 11 }, (_, row) => batcher.enqueue(row).then(() => answered.push(row)));
    await encoder.finish(); // the lone first one
    const atTurns: number[] = [];
    encoder.batches.at(-1)?.gate.resolve();
    for (let turn = 0; turn < 3; turn++) {
      await settled();
      atTurns.push(answered.length);
    }
    expect(atTurns).to.deep.equal([5, 9, 11]);
    await Promise.all(rows);
    expect(answered).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('counts what waits and what runs', async () => {
    const { encoder, batcher } = create();
    const rows = [1, 2, 3].map((row) => batcher.enqueue(row));
    expect([batcher.waiting, batcher.running]).to.deep.equal([2, 1]);
    await encoder.finish();
    expect([batcher.waiting, batcher.running]).to.deep.equal([0, 2]);
    await encoder.finish();
    await Promise.all(rows);
    expect([batcher.waiting, batcher.running]).to.deep.equal([0, 0]);
  });

  it('keeps rows of different groups in different batches, the oldest group first', async () => {
    const { encoder, batcher } = create({ groupOf: (row) => (row >= 100 ? 1 : 0) });
    [0, 1, 100, 2, 101].forEach((row) => void batcher.enqueue(row));
    expect(await encoder.finish()).to.deep.equal([0]);
    expect(await encoder.finish()).to.deep.equal([1, 2]);
    expect(await encoder.finish()).to.deep.equal([100, 101]);
  });

  it('lets urgent rows overtake, without bulk beside them', async () => {
    const { encoder, batcher } = create({ maxBatch: 3 });
    [0, 1, 2].forEach((row) => void batcher.enqueue(row));
    [8, 9].forEach((row) => void batcher.enqueue(row, { urgent: true }));
    await encoder.finish();
    expect(await encoder.finish()).to.deep.equal([8, 9]);
    expect(await encoder.finish()).to.deep.equal([1, 2]);
  });

  it('lets callers take turns, whoever came first and with how much', async () => {
    const { encoder, batcher } = create({ maxBatch: 2 });
    [0, 1, 2, 3].forEach((row) => void batcher.enqueue(row, { caller: { id: 'much' } }));
    [10, 11].forEach((row) => void batcher.enqueue(row, { caller: { id: 'little' } }));
    await encoder.finish();
    expect(await encoder.finish()).to.deep.equal([1, 10]);
    expect(await encoder.finish()).to.deep.equal([2, 11]);
  });

  it('sends bulk in small batches for a while after a query', async () => {
    let now = 0;
    const { encoder, batcher } = create({ maxBulkBesideQueries: 2, now: () => now });
    void batcher.enqueue(0, { urgent: true });
    [1, 2, 3, 4, 5, 6, 7].forEach((row) => void batcher.enqueue(row));
    now = POLITE_MS - 1;
    await encoder.finish();
    expect(await encoder.finish()).to.deep.equal([1, 2]);
    now = POLITE_MS;
    expect(await encoder.finish()).to.deep.equal([3, 4]);
    expect(await encoder.finish()).to.deep.equal([5, 6, 7]);
  });

  it('lets the bulk lead after a number of overtakes, so that it never starves', async () => {
    const { encoder, batcher } = create({ maxBatch: 1 });
    void batcher.enqueue(0, { urgent: true });
    void batcher.enqueue(1);
    for (let urgent = 0; urgent < MAX_OVERTAKES + 2; urgent++)
      void batcher.enqueue(100 + urgent, { urgent: true });
    await encoder.finish();
    const order: (number | undefined)[] = [];
    for (let batch = 0; batch <= MAX_OVERTAKES; batch++) order.push((await encoder.finish())[0]);
    expect(order.at(-1)).to.equal(1);
    expect(order.slice(0, -1)).to.deep.equal([100, 101, 102, 103]);
  });

  it('skips a row whose caller has gone, and tells the caller at once', async () => {
    const { encoder, batcher } = create();
    const gone = new AbortController();
    const first = batcher.enqueue(1);
    const second = batcher.enqueue(2, { signal: gone.signal }).catch((error: Error) => error.message);
    const third = batcher.enqueue(3);
    gone.abort(new Error('hung up'));
    expect(await second).to.equal('hung up');
    await encoder.finish();
    expect(await encoder.finish()).to.deep.equal([3]);
    await Promise.all([first, third]);
  });

  it('refuses a row whose caller has gone before it came, though no batch ends', async () => {
    const { batcher } = create();
    void batcher.enqueue(1);
    const late = batcher.enqueue(2, { signal: AbortSignal.abort(new Error('hung up')) });
    expect(await late.catch((error: Error) => error.message)).to.equal('hung up');
    expect(batcher.waiting).to.equal(0);
  });

  it('rejects each row of a failing batch once and goes on with the next', async () => {
    let calls = 0;
    const encode = (rows: readonly number[]): Promise<EncodedBatch> =>
      calls++ === 1
        ? Promise.reject(new HandspringError('encoder_failed', 'no'))
        : Promise.resolve({ vectors: rows.map((row) => Float32Array.of(row)), encodeMs: 1 });
    const batcher = new Batcher<number>({ encode, maxBatch: 2 });
    const outcomes = await Promise.allSettled([1, 2, 3, 4, 5].map((row) => batcher.enqueue(row)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
    expect([batcher.waiting, batcher.running]).to.deep.equal([0, 0]);
  });

  it('says so when the encoder gives another number of vectors', async () => {
    const batcher = new Batcher<number>({
      encode: () => Promise.resolve({ vectors: [], encodeMs: 1 }),
      maxBatch: 2,
    });
    const error = await batcher.enqueue(1).catch((e: Error) => e);
    expect(error).to.have.property('message', 'expected 1 vectors, received 0');
  });

  it('rejects only the row whose numbers are not finite', async () => {
    const encode = (rows: readonly number[]) =>
      Promise.resolve({
        vectors: rows.map((row) => (row === 2 ? undefined : Float32Array.of(row))),
        encodeMs: 1,
      });
    const batcher = new Batcher<number>({ encode, maxBatch: 3 });
    const outcomes = await Promise.allSettled([1, 2, 3].map((row) => batcher.enqueue(row)));
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('runs as many batches at once as there are lanes', () => {
    const { encoder, batcher } = create({ lanes: 2, maxBatch: 1 });
    [1, 2, 3].forEach((row) => void batcher.enqueue(row));
    expect(encoder.batches.map(({ rows }) => rows[0])).to.deep.equal([1, 2]);
  });
});
