import { expect } from 'chai';
import { KeyRing, toKeys } from '../../../../src/serve/access/key-ring.js';
import { OpenaiClient, serving } from './client.js';
import type { Failure } from './client.js';

const ROUTES = [
  ['/v1/embeddings', 'POST'],
  ['/embeddings', 'POST'],
  ['/v1/models', 'GET'],
  ['/models/fake', 'GET'],
] as const;

const toInit = (method: string, authorization: string) => ({
  method,
  headers: { authorization },
  body: method === 'POST' ? '{"input":"a"}' : null,
});

describe("the routes of OpenAI's clients", () => {
  const client = new OpenaiClient();

  for (const [path, method] of ROUTES) {
    it(`ask for a token where there are any: ${path}`, async () => {
      const access = { ring: new KeyRing(toKeys(['secret'])) };
      const ask = (token: string) => client.fetch(path, toInit(method, `Bearer ${token}`), { access });
      expect((await ask('secret')).status).to.equal(200);
      const refused = await ask('other');
      const { type, code } = ((await refused.json()) as Failure).error;
      expect([refused.status, type, code]).to.deep.equal([401, 'authentication_error', 'unauthorized']);
    });

    it(`take any token where there are none, as clients insist on sending one: ${path}`, async () => {
      expect((await client.fetch(path, toInit(method, 'Bearer sk-whatever'))).status).to.equal(200);
    });
  }

  for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE']) {
    it(`answer POST alone with vectors, not ${method}`, async () => {
      const response = await client.fetch('/v1/embeddings', { method });
      expect([response.status, response.headers.get('allow')]).to.deep.equal([405, 'POST']);
      if (method === 'HEAD') return;
      expect(((await response.json()) as Failure).error.code).to.equal('method_not_allowed');
    });
  }

  describe('tell the model', () => {
    const ENTRY = { id: 'owner/name@1a2b', object: 'model', created: 0, owned_by: 'handspring' };
    const get = async (path: string, parts = serving({ name: ENTRY.id, aliases: ['clip'] })) => {
      const response = await client.fetch(path, {}, parts);
      return { status: response.status, body: (await response.json()) as object };
    };

    for (const path of ['/v1/models', '/models', '/v1/models/', '//v1/models']) {
      it(`in a list at ${path}`, async () => {
        expect(await get(path)).to.deep.equal({ status: 200, body: { object: 'list', data: [ENTRY] } });
      });
    }

    for (const name of ['owner/name@1a2b', 'owner%2Fname%401a2b', 'clip']) {
      it(`by the name ${name}`, async () => {
        for (const path of [`/v1/models/${name}`, `/models/${name}`])
          expect(await get(path)).to.deep.equal({ status: 200, body: ENTRY });
      });
    }

    it('and no other', async () => {
      const { status, body } = await get('/v1/models/gpt-4');
      expect([status, (body as Failure).error.code]).to.deep.equal([404, 'model_not_found']);
      expect((await get('/v1/models/%ff')).status).to.equal(400);
      expect((await client.fetch('/v1/models', { method: 'DELETE' })).status).to.equal(405);
      expect((await client.fetch('/v1/models', { method: 'HEAD' })).status).to.equal(200);
    });

    it('once it is loaded, and not before', async () => {
      const { status, body } = await get('/v1/models', { lifecycle: { phase: () => 'starting' } });
      expect([status, (body as Failure).error.type]).to.deep.equal([503, 'server_error']);
    });
  });
});
