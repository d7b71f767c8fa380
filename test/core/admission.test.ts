import { expect } from 'chai';
import { Admission } from '../../src/core/admission.js';
import { HandspringError } from '../../src/core/errors.js';

describe('admission', () => {
  const create = () => new Admission(10, 'items', 'MAX_PENDING_ITEMS');

  it('lets in up to its capacity and gives permits back', () => {
    const admission = create();
    const release = admission.acquire(6);
    admission.acquire(4);
    expect(admission.inUse).to.equal(10);
    release();
    expect(admission.inUse).to.equal(4);
  });

  it('refuses at once with the figures, the option and a time to try again', () => {
    const admission = create();
    admission.acquire(7);
    expect(() => admission.acquire(4))
      .to.throw(HandspringError, '7 items are being worked on, 4 more would exceed MAX_PENDING_ITEMS=10')
      .that.includes({ code: 'overloaded', retryAfterSeconds: 1 });
    expect(admission.inUse).to.equal(7);
  });

  it('says what was asked for beside what it counts as, where that is more', () => {
    const admission = create();
    admission.acquire(7);
    expect(() => admission.acquire(30, 2)).to.throw(
      HandspringError,
      '7 items are being worked on, 2 more, which count as 30, would exceed MAX_PENDING_ITEMS=10',
    );
  });

  it('gives permits back once, however often it is told to', () => {
    const admission = create();
    admission.acquire(3);
    const release = admission.acquire(2);
    release();
    release();
    expect(admission.inUse).to.equal(3);
  });

  it('lets a request larger than the capacity in when little else is held, and queries beside it', () => {
    const admission = create();
    const queries = [admission.acquire(1), admission.acquire(1)];
    const release = admission.acquire(25);
    expect(admission.inUse).to.equal(10);
    expect(() => admission.acquire(1)).to.throw(HandspringError, '27 items');
    queries.forEach((release) => release());
    admission.acquire(2);
    expect(() => admission.acquire(25)).to.throw(HandspringError);
    release();
    expect(admission.inUse).to.equal(2);
    admission.acquire(8);
  });

  it('lets one in however small the capacity is', () => {
    const admission = new Admission(1, 'items', 'MAX_PENDING_ITEMS');
    const release = admission.acquire(5);
    expect(() => admission.acquire(1)).to.throw(HandspringError);
    release();
    admission.acquire(1);
  });

  describe('of those who wait', () => {
    const settle = () => new Promise(setImmediate);
    function waitFor(admission: Admission, count: number, signal?: AbortSignal) {
      const state: { release?: () => void; error?: unknown } = {};
      admission.acquireInTurn(count, signal).then(
        (release) => (state.release = release),
        (error: unknown) => (state.error = error),
      );
      return state;
    }

    it('has them wait in turn, until there is room', async () => {
      const admission = new Admission(8, 'items', 'MAX_PENDING_ITEMS');
      const first = waitFor(admission, 6);
      const second = waitFor(admission, 3);
      const third = waitFor(admission, 1); // would fit, but it is not its turn
      await settle();
      expect([first.release, second.release, third.release].map(Boolean)).to.deep.equal([true, false, false]);
      first.release?.();
      await settle();
      expect([second.release, third.release].map(Boolean)).to.deep.equal([true, true]);
      expect(admission.inUse).to.equal(4);
    });

    it('leaves an eighth to those who do not wait', async () => {
      const admission = new Admission(8, 'items', 'MAX_PENDING_ITEMS');
      const streams = Array.from({ length: 9 }, () => waitFor(admission, 1));
      await settle();
      expect(streams.filter(({ release }) => release)).to.have.length(7);
      admission.acquire(1);
    });

    it('lets one in that is larger than all of it, alone', async () => {
      const admission = new Admission(8, 'items', 'MAX_PENDING_ITEMS');
      const release = admission.acquire(1);
      const large = waitFor(admission, 20);
      await settle();
      expect(large.release).to.equal(undefined);
      release();
      await settle();
      expect(large.release).to.be.a('function');
      large.release?.();
      expect(admission.inUse).to.equal(0);
    });

    it('forgets one who gives up, and goes on with the next', async () => {
      const admission = new Admission(8, 'items', 'MAX_PENDING_ITEMS');
      const release = admission.acquire(6);
      const gone = new AbortController();
      const first = waitFor(admission, 5, gone.signal);
      const second = waitFor(admission, 1);
      gone.abort(new Error('gone'));
      await settle();
      expect(first.error).to.have.property('message', 'gone');
      expect(second.release).to.be.a('function');
      release();
      expect(waitFor(admission, 1, gone.signal).release).to.equal(undefined);
    });
  });
});
