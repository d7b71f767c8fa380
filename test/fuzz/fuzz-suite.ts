import { expect } from 'chai';
import { median } from '../../src/median.js';
import type { ProcessFacts } from '../support/process-facts.js';
import { startFuzzedService } from './fuzzed-service.js';
import type { FuzzedService, FuzzRequest } from './fuzzed-service.js';

export const SEED = Number(process.env['FUZZ_SEED'] ?? 20_240_229);
export const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 20_000);

/** The service of the suite that calls this: started before its first test, stopped after its last. */
export function serviceOfSuite(): () => FuzzedService {
  let service: FuzzedService;
  before(async () => {
    service = await startFuzzedService();
  });
  after(() => service?.stop());
  return () => service;
}

/** Looked at so often on the way: the memory of a process breathes, and only its middle tells whether it grows. */
const LOOKS = 40;
/**
 * Growth of the middle from the third quarter to the last: 5,000 requests that keep 13 kB each, the size of a small image,
 * are more. The heap's gaps alone were seen to take 9 to 41 MiB, the more the busier the machine.
 */
const MEMORY_GROWTH_BYTES = 60 * 2 ** 20;

/**
 * Sends so many requests, of which the first quarter opens the connections and fills what is kept, and expects no crash, no
 * hang, no leak, no 5xx, and an answer to nearly each.
 * @param often Statuses that a fiftieth of the answers must have: mutations that always break, or never, test nothing.
 */
export async function expectUnharmed(
  service: FuzzedService,
  requests: number,
  next: () => FuzzRequest,
  often: readonly number[] = [],
): Promise<void> {
  const [answeredBefore, resetsBefore] = [answered(service), service.resets()];
  const facts: ProcessFacts[] = [];
  for (let look = 0; look < LOOKS; look++) {
    await service.send(
      Math.floor(((look + 1) * requests) / LOOKS) - Math.floor((look * requests) / LOOKS),
      next,
    );
    const seen = await service.facts();
    if (seen) facts.push(seen);
  }
  const resets = service.resets() - resetsBefore;
  console.log(`        answers: ${JSON.stringify(Object.fromEntries(service.statuses))}, cut off: ${resets}`);
  expect(service.problems).to.deep.equal([]);
  expect(answered(service) - answeredBefore + resets).to.equal(requests);
  expect(resets).to.be.at.most(requests / 100);
  for (const status of often) expect(service.statuses.get(status)).to.be.greaterThan(requests / 50);
  const memory = (quarter: number) =>
    median(
      facts.slice((quarter * LOOKS) / 4, ((quarter + 1) * LOOKS) / 4).map(({ memoryBytes }) => memoryBytes),
    );
  if (facts.length > 0) {
    const mebibytes = [0, 1, 2, 3].map((quarter) => Math.round(memory(quarter) / 2 ** 20));
    console.log(`        memory by quarters: ${mebibytes.join(', ')} MiB`);
    expect(memory(3) - memory(2)).to.be.lessThan(MEMORY_GROWTH_BYTES);
  }
  await service.expectHealthy(facts[LOOKS / 4 - 1]);
}

function answered({ statuses }: FuzzedService): number {
  return Array.from(statuses.values()).reduce((sum, count) => sum + count, 0);
}
