import type { Sample } from './measure/child.js';
import type { Results } from './results.js';

/** One thing that is measured in each round, in fresh processes of its own. */
export interface Step {
  readonly name: string;
  measure(): Promise<Sample[]>;
}

/**
 * Measures all steps so many times, in an order that is reversed each round, so that no step always has the better
 * moment. Says on the error stream where it is.
 */
export async function measureInTurns(
  steps: readonly Step[],
  rounds: number,
  results: Results,
): Promise<void> {
  const startMs = performance.now();
  for (let round = 0; round < rounds; round++) {
    for (const step of round % 2 === 0 ? steps : [...steps].reverse()) {
      const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
      process.stderr.write(`${minutes} min: round ${round + 1} of ${rounds}, ${step.name}\n`);
      results.add(await step.measure());
    }
  }
}
