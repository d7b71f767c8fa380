import { Results } from '../../bench/results.js';

/** Results with the values that each figure had in the rounds, without units. */
export function resultsOf(figures: Readonly<Record<string, readonly number[]>>): Results {
  const results = new Results();
  for (const [name, values] of Object.entries(figures))
    results.add(values.map((value) => ({ name, unit: '', value })));
  return results;
}
