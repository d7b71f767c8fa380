import { expect } from 'chai';
import type { ProcessFacts } from '../support/process-facts.js';
import { startFuzzedService } from './fuzzed-service.js';
import type { FuzzedModel, FuzzedService, FuzzRequest } from './fuzzed-service.js';
import { byQuarters, expectNoGrowth } from './memory.js';
import type { MemoryLook } from './memory.js';

export const SEED = Number(process.env['FUZZ_SEED'] ?? 20_240_229);
export const ROUNDS = Number(process.env['FUZZ_ROUNDS'] ?? 20_000);

/** The service of the suite that calls this: started before its first test, stopped after its last. */
export function serviceOfSuite(model?: FuzzedModel): () => FuzzedService {
  let service: FuzzedService;
  before(async () => {
    service = await startFuzzedService(model);
  });
  after(() => service?.stop());
  return () => service;
}

/** Memory is looked at so often on the way. */
const LOOKS = 40;

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
  const looks: MemoryLook[] = [];
  let warm: ProcessFacts | undefined;
  for (let look = 0; look < LOOKS; look++) {
    await service.send(
      Math.floor(((look + 1) * requests) / LOOKS) - Math.floor((look * requests) / LOOKS),
      next,
    );
    const seen = await service.memory();
    if (seen) looks.push(seen);
    if (look + 1 === LOOKS / 4) warm = await service.facts();
  }
  const resets = service.resets() - resetsBefore;
  console.log(`        answers: ${JSON.stringify(Object.fromEntries(service.statuses))}, cut off: ${resets}`);
  expect(service.problems).to.deep.equal([]);
  expect(answered(service) - answeredBefore + resets).to.equal(requests);
  expect(resets).to.be.at.most(requests / 100);
  for (const status of often) expect(service.statuses.get(status)).to.be.greaterThan(requests / 50);
  if (looks.length > 0) {
    console.log(`        MiB by quarters: ${JSON.stringify(byQuarters(looks))}`);
    expectNoGrowth(looks);
  }
  await service.expectHealthy(warm);
}

function answered({ statuses }: FuzzedService): number {
  return Array.from(statuses.values()).reduce((sum, count) => sum + count, 0);
}
