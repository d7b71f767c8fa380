import { expect } from 'chai';
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

/**
 * Sends so many requests, of which the first quarter opens the connections and fills what is kept, and expects no crash, no
 * hang, no leak and no 5xx.
 * @param often Statuses that a fiftieth of the answers must have: mutations that always break, or never, test nothing.
 */
export async function expectUnharmed(
  service: FuzzedService,
  requests: number,
  next: () => FuzzRequest,
  often: readonly number[] = [],
): Promise<void> {
  const warmUp = Math.ceil(requests / 4);
  await service.send(warmUp, next);
  const before = await service.facts();
  await service.send(requests - warmUp, next);
  console.log(`        answers: ${JSON.stringify(Object.fromEntries(service.statuses))}`);
  expect(service.problems).to.deep.equal([]);
  for (const status of often) expect(service.statuses.get(status)).to.be.greaterThan(requests / 50);
  await service.expectHealthy(before);
}
