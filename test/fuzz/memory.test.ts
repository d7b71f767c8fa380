import { expect } from 'chai';
import { MOST_GROWTH, expectNoGrowth } from './memory.js';
import type { MemoryLook } from './memory.js';

const MIB = 2 ** 20;
const LOOKS = 40;
const REQUESTS = 20_000;

/** So many looks at a process whose heap breathes by 40 MiB, and of which each request keeps so many bytes. */
const looks = (keeps: Partial<MemoryLook>): MemoryLook[] =>
  Array.from({ length: LOOKS }, (_, at) => {
    const requests = ((at + 1) * REQUESTS) / LOOKS;
    return {
      native: 250 * MIB + (keeps.native ?? 0) * requests,
      heapUsed: (30 + 10 * (at % 5)) * MIB + (keeps.heapUsed ?? 0) * requests,
    };
  });

describe('the judgement of memory while mutated requests come', () => {
  it('lets a heap breathe', () => {
    expect(() => expectNoGrowth(looks({}))).to.not.throw();
  });

  for (const kind of ['native', 'heapUsed'] as const) {
    it(`finds that a request in four keeps 28 kB of ${kind} memory`, () => {
      expect(() => expectNoGrowth(looks({ [kind]: 7 * 1024 }))).to.throw(
        `growth of ${kind} memory, in MiB: expected 34 to be below ${MOST_GROWTH[kind]}`,
      );
    });
  }

  it('does not take memory that was not told for none', () => {
    expect(() => expectNoGrowth([])).to.throw();
    expect(() => expectNoGrowth(looks({ native: NaN }))).to.throw();
  });
});
