import { connect } from 'node:net';
import { expect } from 'chai';
import { readPixelFile } from '../support/model-fixture.js';
import { seededRandom } from '../support/random.js';
import { gzipBomb, oddBody, rightBodies } from './bodies.js';
import { ROUNDS, SEED, startFuzzedService } from './fuzzed-service.js';
import type { FuzzedService } from './fuzzed-service.js';
import { mutate } from './mutate.js';

describe(`mutated bodies, seed ${SEED}`, () => {
  let service: FuzzedService;
  before(async () => {
    service = await startFuzzedService();
  });
  after(() => service.stop());

  it(`${ROUNDS} of them: no crash, no hang, no leak, no 5xx`, async () => {
    const random = seededRandom(SEED);
    const right = rightBodies(readPixelFile('png-1-bit.png'));
    const next = () => {
      if (random() < 0.5) return { ...oddBody(random), how: 'odd' };
      const { bytes, how } = mutate(right, random);
      return { bytes, headers: {}, how };
    };
    const warmUp = Math.ceil(ROUNDS / 4);
    await service.send(warmUp, next);
    const before = await service.facts();
    await service.send(ROUNDS - warmUp, next);
    console.log(`        answers: ${JSON.stringify(Object.fromEntries(service.statuses))}`);
    expect(service.problems).to.deep.equal([]);
    for (const status of [200, 400]) expect(service.statuses.get(status)).to.be.greaterThan(ROUNDS / 50);
    await service.expectHealthy(before);
  });

  it('gzip bombs: as much as MAX_PENDING_BYTES lets in, none of it kept', async () => {
    const bomb = gzipBomb();
    await service.send(64, () => ({ ...bomb, how: 'gzip bomb' }));
    expect(service.problems).to.deep.equal([]);
    const before = await service.facts();
    await service.send(64, () => ({ ...bomb, how: 'gzip bomb' }));
    const after = await service.facts();
    if (before && after) expect(after.memoryBytes - before.memoryBytes).to.be.lessThan(200 * 2 ** 20);
  });

  it('and mutated HTTP around them: it answers as before', async () => {
    const random = seededRandom(SEED);
    const { hostname, port } = new URL(service.url);
    const heads = [
      'Content-Length: 15',
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      'Upgrade: h2c',
    ].map((header) => Buffer.from(`POST /vectorize HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n{"texts":["a"]}`));
    for (let left = Math.ceil(ROUNDS / 10); left > 0; left -= 20) {
      const calls = Array.from({ length: 20 }, () =>
        exchange(hostname, Number(port), mutate(heads, random).bytes),
      );
      await Promise.all(calls);
    }
    const response = await fetch(`${service.url}/vectorize`, { method: 'POST', body: '{"texts":["a"]}' });
    expect(response.status).to.equal(200);
    expect(service.child.exitCode).to.equal(null);
    expect(service.log.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
  });
});

/** What a server that still waits for more is given before the caller hangs up. */
const PATIENCE_MS = 30;

/** Sends bytes as they are, and hangs up at the first answer, or when none comes. */
function exchange(host: string, port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(bytes));
    const hangUp = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.on('data', () => socket.destroy()).on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(hangUp);
      resolve();
    });
  });
}
