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
});
