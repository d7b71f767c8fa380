import { connect } from 'node:net';
import { expect } from 'chai';
import { readPixelFile } from '../support/model-fixture.js';
import { seededRandom } from '../support/random.js';
import { EMBEDDINGS, gzipBomb, oddBody, oddEmbeddings, rightBodies, rightEmbeddings } from './bodies.js';
import { expectUnharmed, ROUNDS, SEED, serviceOfSuite } from './fuzz-suite.js';
import { mutate } from './mutate.js';

describe(`mutated bodies, seed ${SEED}`, () => {
  const service = serviceOfSuite();

  it(`${ROUNDS} of them: no crash, no hang, no leak, no 5xx`, async () => {
    const random = seededRandom(SEED);
    const right = rightBodies(readPixelFile('png-1-bit.png'));
    const next = () => {
      if (random() < 0.5) return { ...oddBody(random), how: 'odd' };
      const { bytes, how } = mutate(right, random);
      return { bytes, headers: {}, how };
    };
    await expectUnharmed(service(), ROUNDS, next, [200, 400]);
  });

  it(`${ROUNDS} of /v1/embeddings: the same, and vectors of length 1`, async () => {
    const random = seededRandom(SEED);
    const right = rightEmbeddings(readPixelFile('png-1-bit.png'));
    const next = () => {
      if (random() < 0.5) return { ...oddEmbeddings(random), how: 'odd' };
      const { bytes, how } = mutate(right, random);
      return { bytes, headers: {}, how, path: EMBEDDINGS };
    };
    await expectUnharmed(service(), ROUNDS, next, [200, 400]);
  });

  it('gzip bombs: as much as MAX_PENDING_BYTES lets in, none of it kept', async () => {
    const fuzzed = service();
    const bomb = { ...gzipBomb(), how: 'gzip bomb' };
    await fuzzed.send(64, () => bomb);
    expect(fuzzed.problems).to.deep.equal([]);
    const before = await fuzzed.facts();
    await fuzzed.send(64, () => bomb);
    const after = await fuzzed.facts();
    if (before && after) expect(after.memoryBytes - before.memoryBytes).to.be.lessThan(200 * 2 ** 20);
  });

  it('and mutated HTTP around them: it answers as before', async () => {
    const random = seededRandom(SEED);
    const { url, child, log } = service();
    const { hostname, port } = new URL(url);
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
    const response = await fetch(`${url}/vectorize`, { method: 'POST', body: '{"texts":["a"]}' });
    expect(response.status).to.equal(200);
    expect(child.exitCode).to.equal(null);
    expect(log.filter(({ level }) => Number(level) >= 50)).to.deep.equal([]);
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
