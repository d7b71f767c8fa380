import { expect } from 'chai';
import { EncoderPool } from '../../../src/onnx/session/encoder-pool.js';
import type { EncodedBatch, Encoder } from '../../../src/onnx/session/encoder.js';
import { deferred } from '../../support/deferred.js';

class GatedEncoder implements Encoder {
  readonly gate = deferred<EncodedBatch>();
  closed = false;
  batches = 0;

  encode(): Promise<EncodedBatch> {
    this.batches++;
    return this.gate.promise;
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

describe('encoder pool', () => {
  const done: EncodedBatch = { vectors: [], encodeMs: 1 };
  let encoders: [GatedEncoder, GatedEncoder];
  let pool: EncoderPool;
  beforeEach(() => {
    encoders = [new GatedEncoder(), new GatedEncoder()];
    pool = new EncoderPool(encoders);
  });

  it('gives batches at the same time to different encoders, and none more than it has', async () => {
    const both = [pool.encode([]), pool.encode([])];
    expect(encoders.map(({ batches }) => batches)).to.deep.equal([1, 1]);
    const error = await pool.encode([]).catch((caught: Error) => caught);
    expect(error).to.have.property('message', 'expected at most 2 batches at once, received one more');
    encoders.forEach(({ gate }) => gate.resolve(done));
    await Promise.all(both);
  });

  it('takes an encoder back after a failure', async () => {
    for (const { gate } of encoders) gate.reject(new Error('no'));
    for (let batch = 0; batch < 4; batch++) {
      expect(await pool.encode([]).catch((caught: Error) => caught.message)).to.equal('no');
    }
  });

  it('closes all of them', async () => {
    await pool.close();
    expect(encoders.map(({ closed }) => closed)).to.deep.equal([true, true]);
  });
});
