import { expect } from 'chai';
import { median } from '../../src/core/median.js';

/**
 * Memory of a process at one moment, in bytes. V8 lets the main thread's heap grow and shrink by tens of MiB before it
 * collects, so the two are told apart, and each is looked at in the way that shows a leak of a few kB a request.
 */
export interface MemoryLook {
  /** Resident, without the main thread's JavaScript heap: what decoders, towers and other threads hold. */
  readonly native: number;
  /** Of the main thread's JavaScript heap, with what is not yet collected. */
  readonly heapUsed: number;
}

/** What may be more in the last quarter than in the third, in MiB. 5,000 requests that keep 6 kB each make 30. */
export const MOST_GROWTH = { native: 30, heapUsed: 20 } as const;

const MIB = 2 ** 20;

/** Both kinds in each quarter of the looks, in MiB: native memory's middle, and the least that the heap came down to. */
export function byQuarters(looks: readonly MemoryLook[]): { native: number[]; heapUsed: number[] } {
  const quarters = [0, 1, 2, 3].map((at) =>
    looks.slice((at * looks.length) / 4, ((at + 1) * looks.length) / 4),
  );
  return {
    native: quarters.map((quarter) => Math.round(median(quarter.map(({ native }) => native)) / MIB)),
    heapUsed: quarters.map((quarter) =>
      Math.round(Math.min(...quarter.map(({ heapUsed }) => heapUsed)) / MIB),
    ),
  };
}

/** Fails where one of the kinds still grows at the end. */
export function expectNoGrowth(looks: readonly MemoryLook[]): void {
  const quarters = byQuarters(looks);
  for (const [kind, most] of Object.entries(MOST_GROWTH)) {
    const [, , third = NaN, last = NaN] = quarters[kind as keyof MemoryLook];
    expect(last - third, `growth of ${kind} memory, in MiB`).to.be.lessThan(most);
  }
}
