import { expect } from 'chai';
import { untilAborted } from '../../src/core/until-aborted.js';
import { settled } from '../support/deferred.js';

const reason = new Error('hung up');
const outcomeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('waiting until a signal', () => {
  it("gives the promise's outcome where the signal stays quiet", async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(7), signal)).to.equal(7);
    const failure = new Error('no');
    expect(await outcomeOf(untilAborted(Promise.reject(failure), signal))).to.equal(failure);
  });

  it("gives the signal's reason where it comes first, or came before", async () => {
    const gone = new AbortController();
    const waiting = outcomeOf(untilAborted(new Promise(() => undefined), gone.signal));
    gone.abort(reason);
    expect(await waiting).to.equal(reason);
    expect(await outcomeOf(untilAborted(Promise.resolve(7), gone.signal))).to.equal(reason);
  });

  it('leaves no failure unhandled that comes after all have gone', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    try {
      await outcomeOf(untilAborted(Promise.reject(new Error('late')), AbortSignal.abort(reason)));
      await settled();
    } finally {
      process.off('unhandledRejection', note);
      others.forEach((listener) => process.on('unhandledRejection', listener));
    }
    expect(unhandled).to.deep.equal([]);
  });
});
