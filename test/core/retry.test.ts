import { expect } from 'chai';
import { RETRY_POLICY, TransientError, withRetries } from '../../src/core/retry.js';
import type { RetryPolicy } from '../../src/core/retry.js';

describe('trying again', () => {
  let waited: number[];
  let told: string[];
  let policy: RetryPolicy;
  beforeEach(() => {
    waited = [];
    told = [];
    const wait = (ms: number) => Promise.resolve(waited.push(ms));
    policy = { ...RETRY_POLICY, retries: 2, minDelayMs: 1, maxDelayMs: 2, maxRetryAfterMs: 5_000, wait };
  });

  /** Fails with the errors in turn, then succeeds; answers how many tries it took, or the error. */
  const outcome = async (errors: readonly Error[], progressed?: () => Promise<boolean>) => {
    let tries = 0;
    const attempt = () => {
      const error = errors[tries++];
      return error === undefined ? Promise.resolve('done') : Promise.reject(error);
    };
    const hooks = { policy, onRetry: (reason: string) => told.push(reason) };
    const result = await withRetries(attempt, progressed ? { ...hooks, progressed } : hooks).catch(
      (error: unknown) => error,
    );
    return { result, tries };
  };
  const busy = (retryAfterMs = 0) => new TransientError('busy', { retryAfterMs });

  it('goes on while failures may pass, and waits as long as it is asked to', async () => {
    expect(await outcome([busy(), busy(4_000)])).to.deep.equal({ result: 'done', tries: 3 });
    expect(waited).to.deep.equal([4_000]);
    expect(told).to.deep.equal(['busy', 'busy']);
  });

  it('ends with the last failure once tries have run out, which progress makes none of', async () => {
    const last = busy();
    expect(await outcome([busy(), busy(), last, busy()])).to.deep.equal({ result: last, tries: 3 });
    let before = 4;
    const progressed = () => Promise.resolve(before-- > 0);
    expect(await outcome([busy(), busy(), busy(), busy()], progressed)).to.include({
      result: 'done',
      tries: 5,
    });
  });

  it('does not wait longer than is sensible, nor try again what cannot pass', async () => {
    const patient = busy(5_001);
    expect(await outcome([patient])).to.deep.equal({ result: patient, tries: 1 });
    const final = new Error('no such file');
    expect(await outcome([final])).to.deep.equal({ result: final, tries: 1 });
    expect([...waited, ...told]).to.deep.equal([]);
  });
});
