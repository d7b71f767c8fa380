import { expect } from 'chai';
import {
  chooseBatch,
  chooseLayout,
  listLayouts,
  measureRates,
} from '../../../src/cli/commands/tower-rates.js';
import type { RateRow } from '../../../src/cli/commands/tower-rates.js';
import type { EncodedBatch, Encoder, Row } from '../../../src/core/encoder.js';

const row = (encoders: number, rates: Record<number, number>): RateRow => ({
  layout: { encoders, threads: 1 },
  rates: new Map(Object.entries(rates).map(([batch, rate]) => [Number(batch), rate])),
});

describe('the choice of batch sizes and encoders', () => {
  it('takes the smallest batch whose rate is within five per cent of the best', () => {
    expect(chooseBatch(row(1, { 1: 80, 2: 96, 4: 100, 8: 99 }))).to.equal(2);
    expect(chooseBatch(row(1, { 1: 80, 2: 90, 4: 100, 8: 107 }))).to.equal(8);
  });

  it('takes more encoders only where they gain more than five per cent', () => {
    expect(chooseLayout([row(1, { 1: 100 }), row(2, { 1: 104 })])?.layout.encoders).to.equal(1);
    expect(
      chooseLayout([row(1, { 1: 100 }), row(2, { 1: 108 }), row(4, { 1: 110 })])?.layout.encoders,
    ).to.equal(2);
  });

  it('lists one encoder on all cores, then halves of them', () => {
    expect(listLayouts(6)).to.deep.equal([
      { encoders: 1, threads: 6 },
      { encoders: 2, threads: 3 },
      { encoders: 4, threads: 1 },
    ]);
    expect(listLayouts(1)).to.deep.equal([{ encoders: 1, threads: 1 }]);
  });

  it('gives every encoder batches of each size', async () => {
    const seen: string[] = [];
    const encoder = (name: string): Encoder => ({
      lanes: 1,
      encode: async (rows: readonly Row[]): Promise<EncodedBatch> => {
        seen.push(`${name}${rows.length}`);
        await new Promise(setImmediate);
        return { vectors: rows.map(() => Float32Array.of(1)), encodeMs: 1 };
      },
      close: () => Promise.resolve(),
    });
    const options = { batches: [1, 3], rounds: 1, ms: 0, makeRow: () => Int32Array.of(1) };
    const { rates } = await measureRates({ encoders: 2, threads: 1 }, [encoder('a'), encoder('b')], options);
    expect(seen).to.have.members(['a1', 'b1', 'a3', 'b3']);
    expect([...rates.keys()]).to.deep.equal([1, 3]);
    expect([...rates.values()].every((rate) => rate > 0)).to.equal(true);
  });
});
