import { expect } from 'chai';
import { pino } from 'pino';
import { startPageServer } from '../../../src/cli/commands/start-page-server.js';
import type { PageServer } from '../../../src/cli/commands/start-page-server.js';
import { VERSION } from '../../../src/core/version.js';
import { loadConfig } from '../../../src/cli/options/config.js';

const SILENT = pino({ level: 'silent' });

describe('the port of a search page whose vectors are made elsewhere', () => {
  let server: PageServer;
  const start = async (flags: Record<string, string> = {}) => {
    const config = loadConfig('demo', { flags: { host: '127.0.0.1', port: '0', ...flags }, env: {} });
    server = await startPageServer(config, SILENT);
  };
  afterEach(() => server.stop());

  const asked = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init);
    return { status: response.status, text: await response.text() };
  };

  it('is alive and says what it waits for, until there is something to show', async () => {
    await start();
    expect((await asked('/.well-known/live')).status).to.equal(204);
    for (const path of ['/.well-known/ready', '/health', '/']) {
      const { status, text } = await asked(path);
      expect([status, text], path).to.deep.equal([503, text]);
      expect(text, path).to.include('waiting for Weaviate').and.not.include('the model');
    }
    server.show((_request, response) => void response.end('the page'));
    expect((await asked('/.well-known/ready')).status).to.equal(204);
    expect(await asked('/')).to.deep.equal({ status: 200, text: 'the page' });
  });

  it('has no contract and tells of none', async () => {
    await start();
    server.show((_request, _response, next) => next());
    expect((await asked('/vectorize', { method: 'POST', body: '{}' })).status).to.equal(404);
    expect((await asked('/openapi.json')).status).to.equal(404);
    expect(JSON.parse((await asked('/meta')).text)).to.deep.include({
      handspring: { version: VERSION, model: null, modalities: [], contracts: [] },
    });
    expect((await asked('/metrics')).text).to.include('handspring_requests_total');
  });

  it('asks for a token where one is wanted', async () => {
    await start({ allowedTokens: 'secret' });
    server.show((_request, response) => void response.end('the page'));
    const credentials = Buffer.from('me:secret').toString('base64');
    expect((await asked('/')).status).to.equal(401);
    expect((await asked('/', { headers: { Authorization: `Basic ${credentials}` } })).status).to.equal(200);
  });
});
