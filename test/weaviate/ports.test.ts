import { createServer } from 'node:net';
import { expect } from 'chai';
import { freePortRun, freePorts } from '../../weaviate/ports.js';

describe('free ports', () => {
  it('are all different', async () => {
    expect(new Set(await freePorts(20)).size).to.equal(20);
  });

  it('are free one after the other in a run', async () => {
    const first = await freePortRun(4);
    for (let port = first; port < first + 4; port++) {
      const server = createServer();
      await new Promise<void>((resolve, reject) =>
        server.once('error', reject).listen(port, '127.0.0.1', resolve),
      );
      await new Promise((closed) => server.close(closed));
    }
  });
});
