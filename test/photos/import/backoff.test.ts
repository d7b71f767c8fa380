import { expect } from 'chai';
import { Backoff } from '../../../src/photos/import/backoff.js';

describe('waiting after refusals', () => {
  const never = new AbortController().signal;

  it('says once what a wait is for, when it has become long', async () => {
    let time = 0;
    const told: string[] = [];
    const backoff = new Backoff({
      patienceMs: 60_000,
      now: () => time,
      wait: (ms) => Promise.resolve((time += ms)),
      onLongWait: (reason) => told.push(reason),
    });
    for (let round = 0; round < 2; round++) {
      for (let refusals = 1; refusals < 9; refusals++) {
        await backoff.afterRefusal(refusals, new AbortController().signal, `refusal ${refusals}`);
        if (time - round * 100_000 < 3000) expect(told).to.have.length(round);
      }
      time = (round + 1) * 100_000;
      backoff.succeeded();
    }
    expect(told).to.have.length(2);
  });

  it('doubles up to eight seconds, half of it random', async () => {
    const waits: number[] = [];
    const wait = (ms: number) => Promise.resolve(waits.push(ms));
    for (const random of [0, 1]) {
      const backoff = new Backoff({ patienceMs: 1, wait, random: () => random });
      for (const refusals of [1, 2, 5, 6, 30]) await backoff.afterRefusal(refusals, never, '');
    }
    expect(waits).to.deep.equal([250, 500, 4000, 4000, 4000, 500, 1000, 8000, 8000, 8000]);
  });

  it('ends early and without an error on the signal', async () => {
    const stop = new AbortController();
    const waiting = new Backoff({ patienceMs: 1 }).afterRefusal(30, stop.signal, '');
    stop.abort();
    await waiting;
  });

  it('is exhausted when nothing has succeeded for longer than its patience', () => {
    let now = 0;
    const backoff = new Backoff({ patienceMs: 100, now: () => now });
    now = 100;
    expect(backoff.isExhausted).to.equal(false);
    now = 101;
    expect(backoff.isExhausted).to.equal(true);
    backoff.succeeded();
    expect(backoff.isExhausted).to.equal(false);
  });
});
