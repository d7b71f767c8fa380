import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { readLeadershipTerm } from '../../../src/photos/weaviate/leadership.js';

describe('the term of a cluster’s leadership', () => {
  async function termOf(body: string): Promise<{ term: string | undefined; headers: IncomingHttpHeaders }> {
    let headers: IncomingHttpHeaders = {};
    const server = createServer((request, response) => {
      ({ headers } = request);
      response.end(request.url === '/v1/cluster/statistics' ? body : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const term = await readLeadershipTerm({ url, grpcUrl: '', apiKey: 'k', headers: { 'x-a': '1' } });
    server.closeAllConnections();
    server.close();
    return { term, headers };
  }

  it('is the newest that any node knows, asked for with key and headers', async () => {
    const nodes = [{ raft: { term: '9' } }, { raft: { term: '10' } }, {}];
    const { term, headers } = await termOf(JSON.stringify({ statistics: nodes }));
    expect(term).to.equal('10');
    expect(headers).to.include({ authorization: 'Bearer k', 'x-a': '1' });
  });

  it('is unknown where it cannot be read', async () => {
    expect((await termOf('forbidden')).term).to.equal(undefined);
    expect((await termOf('{}')).term).to.equal(undefined);
  });
});
