import { expect } from 'chai';
import { Backoff } from '../../../src/photos/import/backoff.js';
import { ImportStopped, patiently } from '../../../src/photos/import/patiently.js';
import { rejectionOf } from '../../support/rejection.js';

describe('work that waits for Weaviate', () => {
  const refused = () =>
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  const backoffOf = (patienceMs: number) => new Backoff({ patienceMs, wait: () => Promise.resolve() });
  const going = new AbortController().signal;

  it('is done again until somebody answers', async () => {
    let tries = 0;
    const work = () => (++tries < 3 ? Promise.reject(refused()) : Promise.resolve('done'));
    expect(await patiently(work, backoffOf(60_000), going)).to.equal('done');
    expect(tries).to.equal(3);
  });

  it('stops with the reason when nobody answers any more, or it is interrupted', async () => {
    const error = await rejectionOf(patiently(() => Promise.reject(refused()), backoffOf(-1), going));
    expect(error).to.be.instanceOf(ImportStopped);
    const stopped = AbortSignal.abort();
    expect(
      await rejectionOf(patiently(() => Promise.reject(refused()), backoffOf(60_000), stopped)),
    ).to.be.instanceOf(ImportStopped);
  });

  it('leaves alone what waiting does not mend', async () => {
    const bug = new TypeError('no');
    expect(await rejectionOf(patiently(() => Promise.reject(bug), backoffOf(60_000), going))).to.equal(bug);
  });
});
