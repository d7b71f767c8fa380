import { expect } from 'chai';
import { KeyRing, toKeys } from '../../../src/serve/access/key-ring.js';
import { startTestApp } from '../../support/app.js';

describe('GET /info and /health of text-embeddings-inference', () => {
  it('tell the model and what it takes, in its clients’ words', async () => {
    const app = await startTestApp();
    const response = await fetch(`${app.url}/info`);
    expect(await response.json()).to.deep.include({
      model_id: 'fake',
      served_model_name: 'fake',
      model_type: { embedding: { pooling: 'cls' } },
      max_concurrent_requests: 512,
      max_input_length: 77,
      max_batch_tokens: 16 * 77,
      max_client_batch_size: 16,
      auto_truncate: true,
    });
    const health = await fetch(`${app.url}/health`);
    expect([health.status, await health.text()]).to.deep.equal([200, '']);
    await app.close();
  });

  it('are not answered while the model is loaded, each in its form', async () => {
    const app = await startTestApp({ lifecycle: { phase: () => 'starting' } });
    const [info, health] = await Promise.all([fetch(`${app.url}/info`), fetch(`${app.url}/health`)]);
    expect([info.status, health.status]).to.deep.equal([503, 503]);
    expect(await info.json()).to.include({ error_type: 'Unhealthy', code: 'not_ready' });
    await app.close();
  });

  it('ask for a token only where there is something to tell', async () => {
    const app = await startTestApp({ access: { ring: new KeyRing(toKeys(['secret'])) } });
    const statuses = async (headers: Record<string, string>) =>
      Promise.all(
        ['/info', '/health'].map(async (path) => (await fetch(app.url + path, { headers })).status),
      );
    expect(await statuses({})).to.deep.equal([401, 200]);
    expect(await statuses({ authorization: 'Bearer secret' })).to.deep.equal([200, 200]);
    await app.close();
  });
});
