import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createMetrics } from '../../../src/serve/metrics.js';
import { SlowReaders } from '../../../src/serve/limits/slow-readers.js';

/** More than the system takes to be sent on a connection. */
const ANSWER = Buffer.alloc(16_000_000);

describe('SlowReaders', () => {
  it('cuts answers that are all made in one turn, before a timer could run', async () => {
    const slowReaders = new SlowReaders(
      { responseTimeoutMs: 60_000, maxPendingBytes: 2.5 * ANSWER.length },
      createMetrics(),
    );
    const responses: ServerResponse[] = [];
    const server = createServer((_request, response) => {
      slowReaders.add(response);
      responses.push(response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const deaf = Array.from({ length: 5 }, () => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2)); // the second answer waits for its turn
      return socket.pause();
    });
    try {
      while (responses.length < 10) await new Promise((resolve) => setTimeout(resolve, 5));
      for (const response of responses) response.end(ANSWER);
      const kept = responses.filter(({ req }) => !req.socket.destroyed);
      const bytes = kept.reduce((sum, { writableLength }) => sum + writableLength, 0);
      expect(kept).to.have.lengthOf.at.least(1);
      expect(bytes).to.be.at.most(3 * ANSWER.length);
    } finally {
      for (const socket of deaf) socket.destroy();
      server.close();
    }
  });
});
