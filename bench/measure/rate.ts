/** How often `work` can be done in a second: for at least so many seconds, after one time that is not counted. */
export async function measureRate(work: () => unknown, seconds: number): Promise<number> {
  const { runs, ms } = await stretch(work, seconds * 1000, 3);
  return (runs * 1000) / ms;
}

/** Stretches of each work: more than one, so that a disturbance of a moment meets them all. */
const TURNS = 8;

/**
 * How often each of the works can be done in a second, where they take turns in short stretches, the order reversed each
 * time: for at least so many seconds each, in all. The first time of a stretch is not counted, as threads of the work
 * before may still be spinning.
 */
export async function measureRatesInTurns(
  works: readonly (() => unknown)[],
  seconds: number,
): Promise<number[]> {
  const totals = works.map((work) => ({ work, runs: 0, ms: 0 }));
  for (let turn = 0; turn < TURNS; turn++) {
    for (const total of turn % 2 === 0 ? totals : [...totals].reverse()) {
      const { runs, ms } = await stretch(total.work, (seconds * 1000) / TURNS, 1);
      total.runs += runs;
      total.ms += ms;
    }
  }
  return totals.map(({ runs, ms }) => (runs * 1000) / ms);
}

async function stretch(
  work: () => unknown,
  leastMs: number,
  leastRuns: number,
): Promise<{ runs: number; ms: number }> {
  await work();
  const startMs = performance.now();
  let runs = 0;
  for (let nowMs = startMs; nowMs - startMs < leastMs || runs < leastRuns; nowMs = performance.now()) {
    await work();
    runs++;
  }
  return { runs, ms: performance.now() - startMs };
}
