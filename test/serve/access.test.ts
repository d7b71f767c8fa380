import { expect } from 'chai';
import { Router } from 'express';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { ItemLimits } from '../../src/serve/access/item-limits.js';
import { KeyRing, hashToken, toKeys } from '../../src/serve/access/key-ring.js';
import { parseRate } from '../../src/serve/access/rate.js';
import { HandspringError } from '../../src/core/errors.js';
import { createOperationsApp } from '../../src/serve/app.js';
import type { AppParts } from '../../src/serve/app.js';
import { createMetrics } from '../../src/serve/metrics.js';
import { FAKE_MODEL, fakeEmbedder, startTestApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly error: string;
  readonly code: string;
}

describe('access', () => {
  let app: TestApp | undefined;
  afterEach(() => app?.close());

  async function start(parts: Partial<AppParts>): Promise<TestApp> {
    app = await startTestApp(parts);
    return app;
  }

  async function send(texts: readonly string[], headers: Record<string, string> = {}): Promise<Reply> {
    const body = JSON.stringify({ texts });
    const response = await fetch(`${app?.url}/vectorize`, { method: 'POST', headers, body });
    const { error, code } = (await response.json()) as Reply;
    return { status: response.status, headers: response.headers, error, code };
  }

  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const statusOf = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${app?.url}${path}`, { headers });
    await response.arrayBuffer();
    return response.status;
  };

  describe('with tokens', () => {
    const extra = Router().get('/search/page', (_request, response) => void response.json({}));
    const ring = () => new KeyRing(toKeys(['t0ken', 'zweites']));

    it('takes a token as the password of Basic, which is all that an address can carry', async () => {
      await start({ access: { ring: ring() } });
      const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
      expect((await send(['a'], basic('any:t0ken'))).status).to.equal(200);
      expect((await send(['a'], basic(':zweites'))).status).to.equal(200);
      for (const pair of ['any:wrong', 't0ken:', 't0ken', ':'])
        expect((await send(['a'], basic(pair))).status, pair).to.equal(401);
    });

    it('says which key has expired, and what to send is asked for as ever', async () => {
      const over = { name: 'shop', sha256: hashToken('old'), expires: Date.UTC(2026, 0, 31) };
      await start({ access: { ring: new KeyRing([over]) } });
      const { status, headers, code, error } = await send(['a'], bearer('old'));
      expect([status, code, headers.get('www-authenticate')]).to.deep.equal([401, 'unauthorized', 'Bearer']);
      expect(error).to.equal(
        'this token of the key shop let in until 2026-01-31T00:00:00.000Z; ask for another',
      );
    });

    it('tells the engine whose turn it takes: a key, with its weight, or an address', async () => {
      const callers: unknown[] = [];
      const embedder: typeof fakeEmbedder = {
        embed: (items, options) => (callers.push(options?.caller), fakeEmbedder.embed(items, options)),
      };
      const heavy = { name: 'shop', sha256: hashToken('t0ken'), weight: 2 };
      await start({ embedder, access: { ring: new KeyRing([heavy]) } });
      await send(['a'], bearer('t0ken'));
      await app?.close();
      await start({ embedder });
      await send(['a']);
      expect(callers).to.deep.equal([{ id: 'key shop', weight: 2 }, { id: 'address 127.0.0.1' }]);
    });

    it('lets each of the tokens in, and no other, told alike', async () => {
      await start({ access: { ring: ring() } });
      expect((await send(['a'], bearer('t0ken'))).status).to.equal(200);
      expect((await send(['a'], { authorization: 'bearer zweites' })).status).to.equal(200);
      const wrong = ['', 'Bearer', 'Bearer t0ke', 'Bearer t0ken zweites', 'Basic dDpuOg==', 't0ken'];
      for (const authorization of wrong) {
        const { status, headers, error, code } = await send(['a'], { authorization });
        expect([status, code], authorization).to.deep.equal([401, 'unauthorized']);
        expect(error).to.equal(
          'expected a valid token as Authorization: Bearer …, or as the password of Authorization: Basic …',
        );
        expect(headers.get('www-authenticate')).to.equal('Bearer');
      }
    });

    it('refuses before it has read the body', async () => {
      await start({ access: { ring: ring() } });
      const response = await fetch(`${app?.url}/vectorize`, { method: 'POST', body: 'x'.repeat(1_000_000) });
      expect(response.status).to.equal(401);
    });

    it('never asks probes, meta and metrics for one', async () => {
      await start({ access: { ring: ring() } });
      for (const path of ['/.well-known/live', '/.well-known/ready'])
        expect(await statusOf(path)).to.equal(204);
      for (const path of ['/meta', '/metrics']) expect(await statusOf(path)).to.equal(200);
    });

    it('lets a browser ask for it on the search page', async () => {
      await start({ access: { ring: ring() }, extra });
      const response = await fetch(`${app?.url}/search/page`);
      expect(response.status).to.equal(401);
      expect(response.headers.get('www-authenticate')).to.equal('Basic realm="handspring"');
      const basic = `Basic ${Buffer.from('anyone:t0ken').toString('base64')}`;
      expect(await statusOf('/search/page', { authorization: basic })).to.equal(200);
      expect(await statusOf('/search/page', bearer('zweites'))).to.equal(200);
    });

    it('counts items by key in the metrics', async () => {
      const { metrics } = await start({ access: { ring: ring() } });
      await send(['a', 'b'], bearer('zweites'));
      await send(['a'], bearer('zweites'));
      expect(await metrics.registry.metrics()).to.include('handspring_key_items_total{key="token-2"} 3');
    });
  });

  describe('with limits', () => {
    const limits = () => new ItemLimits({ rate: parseRate('3/d') });

    it('says in headers what is left, and refuses more with the option and the time', async () => {
      const { metrics } = await start({ access: { limits: limits() } });
      const first = await send(['a', 'b']);
      expect(first.headers.get('ratelimit-policy')).to.equal('"rate";q=3;w=86400');
      expect(first.headers.get('ratelimit')).to.match(/^"rate";r=1;t=\d+$/);
      const { status, code, error, headers } = await send(['a', 'b']);
      expect([status, code]).to.deep.equal([429, 'rate_limited']);
      expect(error).to.include('RATE_LIMIT=3/d');
      expect(Number(headers.get('retry-after'))).to.be.within(1, 86_400);
      expect(headers.get('ratelimit-policy')).to.equal('"rate";q=3;w=86400');
      expect(headers.get('ratelimit')).to.match(/^"rate";r=1;t=\d+$/);
      expect((await send(['a'])).status).to.equal(200);
      expect(await metrics.registry.metrics()).to.include(
        'handspring_key_refusals_total{key="anonymous",reason="rate"} 1',
      );
    });

    it("counts a caller's mistakes, and not what the service could not do", async () => {
      let failure: HandspringError | undefined;
      const embedder: typeof fakeEmbedder = {
        embed: (request) => (failure ? Promise.reject(failure) : fakeEmbedder.embed(request)),
      };
      await start({ access: { limits: limits() }, embedder });
      failure = new HandspringError('overloaded', 'busy');
      for (let i = 0; i < 5; i++) {
        const { code, headers } = await send(['a']);
        expect(code).to.equal('overloaded');
        expect(headers.get('ratelimit')).to.match(/^"rate";r=3;/);
      }
      failure = new HandspringError('invalid_image', 'no image');
      for (let i = 0; i < 3; i++) expect((await send(['a'])).code).to.equal('invalid_image');
      failure = undefined;
      expect((await send(['a'])).code).to.equal('rate_limited');
    });

    it('counts what a caller that hangs up had begun', async () => {
      let begun: () => void = () => undefined;
      let ended: () => void = () => undefined;
      const embed: typeof fakeEmbedder.embed = (_request, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(signal.reason as Error);
            setImmediate(ended);
          });
          begun();
        });
      await start({ access: { limits: limits() }, embedder: { embed } });
      for (let i = 0; i < 3; i++) {
        const hangUp = new AbortController();
        const isBegun = new Promise<void>((resolve) => (begun = resolve));
        const isEnded = new Promise<void>((resolve) => (ended = resolve));
        const request = { method: 'POST', body: '{"texts":["a"]}', signal: hangUp.signal };
        const answer = fetch(`${app?.url}/vectorize`, request).catch(() => 'hung up');
        await isBegun;
        hangUp.abort();
        expect(await answer).to.equal('hung up');
        await isEnded;
      }
      expect((await send(['a'])).code).to.equal('rate_limited');
    });

    it('counts by key before address, with limits of its own', async () => {
      const ring = new KeyRing([
        { name: 'small', sha256: hashToken('s') },
        { name: 'large', sha256: hashToken('l'), rate: parseRate('5/d') },
      ]);
      await start({ access: { ring, limits: limits() } });
      expect((await send(['a', 'b', 'c'], bearer('s'))).status).to.equal(200);
      expect((await send(['a'], bearer('s'))).status).to.equal(429);
      expect((await send(['a', 'b', 'c', 'd', 'e'], bearer('l'))).status).to.equal(200);
    });

    it('believes X-Forwarded-For of trusted proxies only', async () => {
      const from = (address: string) => send(['a', 'b', 'c'], { 'x-forwarded-for': address });
      await start({ access: { limits: limits() } });
      expect([(await from('192.0.2.1')).status, (await from('192.0.2.2')).status]).to.deep.equal([200, 429]);
      await app?.close();
      await start({ access: { limits: limits() }, trustedProxies: ['127.0.0.0/8'] });
      expect([(await from('192.0.2.1')).status, (await from('192.0.2.2')).status]).to.deep.equal([200, 200]);
      expect((await from('192.0.2.1')).status).to.equal(429);
    });

    it('knows an address in all the ways in which proxies write it', async () => {
      await start({ access: { limits: limits() }, trustedProxies: ['127.0.0.0/8'] });
      const spellings = ['192.0.2.1:4711', '192.0.2.1:4712', '::ffff:192.0.2.1', '[::ffff:c000:201]:80'];
      const statuses: number[] = [];
      for (const address of spellings)
        statuses.push((await send(['a'], { 'x-forwarded-for': address })).status);
      expect(statuses).to.deep.equal([200, 200, 200, 429]);
    });
  });

  it('sends no headers about limits where there are none', async () => {
    await start({});
    expect((await send(['a'])).headers.get('ratelimit')).to.equal(null);
  });

  describe('with a port for operators', () => {
    it('answers metrics there only, and probes and meta on both', async () => {
      await start({ operationsApart: true });
      expect(await statusOf('/metrics')).to.equal(404);
      expect(await statusOf('/meta')).to.equal(200);
      expect(await statusOf('/.well-known/ready')).to.equal(204);
    });

    it('does not answer vectorize there', async () => {
      const metrics = createMetrics();
      const operations = createOperationsApp({
        lifecycle: { phase: () => 'ready' },
        describe: () => ({}),
        model: () => FAKE_MODEL,
        metrics,
        log: pino({ level: 'silent' }),
      });
      const server = operations.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      try {
        expect((await fetch(`${url}/metrics`)).status).to.equal(200);
        expect((await fetch(`${url}/.well-known/ready`)).status).to.equal(204);
        expect((await fetch(`${url}/vectorize`, { method: 'POST', body: '{}' })).status).to.equal(404);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
  });

  describe('the usage of a caller', () => {
    const usage = async (token?: string) => {
      const headers = token === undefined ? {} : bearer(token);
      const response = await fetch(`${app?.url}/v1/usage`, { headers });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };

    it('is told to itself, and nobody else: what it used, has left, and until when', async () => {
      const ring = new KeyRing([
        {
          name: 'shop',
          sha256: hashToken('a'),
          rate: parseRate('10/h'),
          weight: 2,
          expires: Date.UTC(2100, 0, 1),
        },
        { name: 'other', sha256: hashToken('b') },
      ]);
      const limits = new ItemLimits({ rate: parseRate('5/h'), quota: parseRate('100/d') });
      await start({ access: { ring, limits } });
      await send(['x', 'y'], bearer('a'));
      const [shop, other] = [await usage('a'), await usage('b')];
      expect(shop.body).to.deep.include({ caller: 'shop', weight: 2, expires: '2100-01-01T00:00:00.000Z' });
      expect(shop.body['limits']).to.deep.equal([
        { policy: 'rate', limit: 10, window_seconds: 3600, used: 2, remaining: 8, resets_in_seconds: 3600 },
        {
          policy: 'quota',
          limit: 100,
          window_seconds: 86_400,
          used: 2,
          remaining: 98,
          resets_in_seconds: 86_400,
        },
      ]);
      expect(other.body).to.deep.include({ caller: 'other', weight: 1, expires: null });
      expect(other.body['limits']).to.have.length(2).and.to.have.nested.property('[0].used', 0);
      expect((await usage('wrong')).status).to.equal(401);
    });

    it('is told by address where no key is asked for, and is nothing where nothing is limited', async () => {
      await start({ access: { limits: new ItemLimits({ rate: parseRate('5/h') }) } });
      await send(['x']);
      expect((await usage()).body['limits']).to.have.nested.property('[0].remaining', 4);
      await app?.close();
      await start({});
      expect((await usage()).body).to.deep.equal({ caller: null, weight: 1, expires: null, limits: [] });
    });
  });
});
