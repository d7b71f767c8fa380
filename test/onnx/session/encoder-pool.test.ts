import { expect } from 'chai';
import { EncoderPool } from '../../../src/onnx/session/encoder-pool.js';
import type { EncodedBatch, Encoder } from '../../../src/core/encoder.js';
import { deferred } from '../../support/deferred.js';

class GatedEncoder implements Encoder {
  readonly lanes = 1;
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

  it('gives batches at the same time to different encoders', async () => {
    const both = [pool.encode([]), pool.encode([])];
    expect(encoders.map(({ batches }) => batches)).to.deep.equal([1, 1]);
    encoders.forEach(({ gate }) => gate.resolve(done));
    await Promise.all(both);
  });

  it('lets further batches, as of another tower, wait for an encoder in their order', async () => {
    const ended: string[] = [];
    const encode = (name: string) => pool.encode([]).then(() => ended.push(name));
    const all = ['first', 'second', 'third', 'fourth'].map(encode);
    expect(encoders.map(({ batches }) => batches)).to.deep.equal([1, 1]);
    encoders[0].gate.resolve(done);
    await Promise.all([all[2], all[3]]);
    expect(ended.slice(-2)).to.deep.equal(['third', 'fourth']);
    expect(encoders[0].batches + encoders[1].batches).to.equal(4);
    encoders[1].gate.resolve(done);
    await Promise.all(all);
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
