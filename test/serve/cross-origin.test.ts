import { expect } from 'chai';
import { KeyRing, toKeys } from '../../src/serve/access/key-ring.js';
import { startTestApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';

const PAGE = 'https://example.org';

describe('pages of other origins', () => {
  let app: TestApp;
  afterEach(() => app.close());

  const ask = (method: string, headers: Record<string, string>, body?: string) =>
    fetch(`${app.url}/v1/embeddings`, { method, headers, ...(body !== undefined && { body }) });
  const preflight = (origin: string) =>
    ask('OPTIONS', {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-stainless-os',
    });
  const allowed = ({ headers }: Response) => headers.get('access-control-allow-origin');

  it('are told nothing where none may call', async () => {
    app = await startTestApp();
    const asked = await preflight(PAGE);
    expect([asked.status, allowed(asked)]).to.deep.equal([405, null]);
    expect(allowed(await ask('POST', { origin: PAGE }, '{}'))).to.equal(null);
  });

  it('that may call are answered before they ask, without a token, and read the answer and the errors', async () => {
    app = await startTestApp({
      corsOrigins: [PAGE, 'http://localhost:5173'],
      access: { ring: new KeyRing(toKeys(['t0ken'])) },
    });
    const { status, headers } = await preflight(PAGE);
    expect([status, headers.get('access-control-allow-origin'), headers.get('vary')]).to.deep.equal([
      204,
      PAGE,
      'Origin, Access-Control-Request-Headers',
    ]);
    expect(headers.get('access-control-allow-methods')).to.equal('GET,HEAD,POST');
    expect(headers.get('access-control-allow-headers')).to.equal('authorization,content-type,x-stainless-os');
    expect(headers.get('access-control-allow-credentials')).to.equal(null);
    const answer = await ask('POST', { origin: PAGE, authorization: 'Bearer t0ken' }, '{"input":"a"}');
    expect([answer.status, allowed(answer)]).to.deep.equal([200, PAGE]);
    expect(answer.headers.get('access-control-expose-headers')).to.contain('Retry-After');
    const refused = await ask('POST', { origin: PAGE }, '{"input":"a"}');
    expect([refused.status, allowed(refused)]).to.deep.equal([401, PAGE]);
  });

  it('that are not named, or only nearly, may not read anything', async () => {
    app = await startTestApp({ corsOrigins: [PAGE] });
    for (const origin of [
      'https://example.org.evil.net',
      'http://example.org',
      'https://example.org:8443',
      'null',
    ]) {
      expect(allowed(await preflight(origin)), origin).to.equal(null);
      expect(allowed(await ask('POST', { origin }, '{"input":"a"}')), origin).to.equal(null);
    }
  });

  it('may all call with *', async () => {
    app = await startTestApp({ corsOrigins: '*' });
    expect(allowed(await preflight('null'))).to.equal('*');
    expect(allowed(await ask('POST', { origin: 'https://anyone.example' }, '{"input":"a"}'))).to.equal('*');
  });
});
