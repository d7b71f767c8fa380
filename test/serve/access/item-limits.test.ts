import { expect } from 'chai';
import { ItemLimits } from '../../../src/serve/access/item-limits.js';
import type { Caller } from '../../../src/serve/access/item-limits.js';
import { parseRate } from '../../../src/serve/access/rate.js';
import { HandspringError } from '../../../src/core/errors.js';

const [anna, ben]: Caller[] = [{ id: 'anna' }, { id: 'ben' }] as [Caller, Caller];

async function refusal(work: Promise<unknown>): Promise<HandspringError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HandspringError)) throw new Error('expected a refusal', { cause: error });
  return error;
}

describe('limits of items', () => {
  it('count items, not requests, and each caller apart', async () => {
    const limits = new ItemLimits({ rate: parseRate('10/d') });
    const [balance] = await limits.take(anna, 7);
    expect(balance).to.include({ policy: 'rate', remaining: 3 });
    expect(balance?.resetSeconds).to.be.within(1, 86_400);
    const error = await refusal(limits.take(anna, 4));
    expect(error.code).to.equal('rate_limited');
    expect(error.message).to.match(
      /^4 more texts and images would exceed RATE_LIMIT=10\/d; try again in \d+ s$/,
    );
    expect(error.retryAfterSeconds).to.be.within(1, 86_400);
    expect((await limits.take(ben, 10))[0]?.remaining).to.equal(0);
  });

  it('do not count what they refuse', async () => {
    const limits = new ItemLimits({ rate: parseRate('10/d') });
    await limits.take(anna, 7);
    await refusal(limits.take(anna, 4));
    expect((await limits.take(anna, 3))[0]?.remaining).to.equal(0);
  });

  it('hold a rate and a quota at once, and take nothing from one if the other refuses', async () => {
    const limits = new ItemLimits({ rate: parseRate('10/h'), quota: parseRate('12/d') });
    const left = await limits.take(anna, 5);
    expect(left.map(({ policy, remaining }) => [policy, remaining])).to.deep.equal([
      ['rate', 5],
      ['quota', 7],
    ]);
    const wide = { id: 'anna', rate: parseRate('100/h') };
    expect((await refusal(limits.take(wide, 8))).message).to.include('QUOTA=12/d');
    expect((await limits.take(wide, 1)).map(({ remaining }) => remaining)).to.deep.equal([99, 6]);
  });

  it("follow a caller's own limits before the general ones", async () => {
    const limits = new ItemLimits({ rate: parseRate('1/d') });
    expect((await limits.take({ id: 'anna', rate: parseRate('5/d') }, 4))[0]?.remaining).to.equal(1);
    await refusal(limits.take(ben, 2));
  });

  it('say it in another way where no waiting will help', async () => {
    const error = await refusal(new ItemLimits({ rate: parseRate('10/m') }).take(anna, 11));
    expect([error.code, error.message]).to.deep.equal([
      'payload_too_large',
      'expected at most 10 texts and images (RATE_LIMIT=10/m), received 11',
    ]);
  });

  it('uncount what could not be served', async () => {
    const limits = new ItemLimits({ rate: parseRate('10/d') });
    await limits.take(anna, 7);
    await limits.giveBack(anna, 7);
    expect((await limits.take(anna, 10))[0]?.remaining).to.equal(0);
  });
});
