import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { NATIVE_FAILURE } from '../../../src/serve/contracts/failure-form.js';
import { failureFormOf } from '../../../src/serve/contracts/failure-forms.js';
import { startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

interface OpenAiError {
  readonly error: { readonly type: string };
  readonly detail: string;
  readonly message: string;
}

describe('the form of a failure', () => {
  let app: TestApp;
  beforeEach(async () => {
    app = await startTestApp();
  });
  afterEach(() => app.close());

  const send = async (bytes: string) => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    socket.write(bytes);
    const answer = await text(socket);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), body: JSON.parse(body) as OpenAiError };
  };

  for (const [path, form] of [
    ['/v1', 'object'],
    ['/v1/nothing/here?x=/vectorize', 'object'],
    ['/V1/Nothing', 'object'],
    ['//v1/nothing', 'object'],
    ['/models/a%20b', 'object'],
    ['/v1beta', 'string'],
    ['/nothing?x=/v1/', 'string'],
    ['/nothing/v1', 'string'],
  ] as const) {
    it(`is that of ${path} where there is no such route`, async () => {
      const response = await fetch(app.url + path, { method: 'PUT' });
      const { error } = (await response.json()) as OpenAiError;
      expect(response.status).to.be.oneOf([404, 405]);
      expect(error).to.be.a(form);
    });
  }

  it("has an error object with what each client of OpenAI's shape looks for", async () => {
    const response = await fetch(`${app.url}/v1/nothing`);
    const words = 'no route GET /v1/nothing; see docs/api.md';
    expect(await response.json()).to.deep.equal({
      error: { message: words, type: 'invalid_request_error', param: null, code: 'not_found' },
      detail: words,
      message: words,
      title: words,
    });
  });

  for (const [what, request, status] of [
    ['without a host', 'GET /v1/models HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['with a whole address and no host', 'GET http://x/v1/models HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    [
      'that expects something',
      'POST /v1/x HTTP/1.1\r\nHost: x\r\nExpect: rain\r\nContent-Length: 1\r\n\r\n',
      417,
    ],
    ['with too many header lines', `GET /v1/x HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['with a header line that is none', 'GET /v1/x HTTP/1.1\r\nHost: x\r\nb ad: \x01\r\n\r\n', 400],
  ] as const) {
    it(`is that of its path for a request ${what}`, async () => {
      const answer = await send(request);
      expect([answer.status, answer.body.error.type]).to.deep.equal([status, 'invalid_request_error']);
      const native = await send(request.replace('/v1/', '/vectorize/'));
      expect([native.status, native.body.error]).to.deep.equal([status, answer.body.message]);
    });
  }

  it('is that of its path for the other APIs too, where nothing can be read', async () => {
    const without = (path: string) => send(`POST ${path} HTTP/1.1\r\nConnection: close\r\n\r\n`);
    expect((await without('/embed')).body).to.include({ error_type: 'Validation' });
    expect((await without('/v2/embed/')).body).to.have.keys('message', 'code');
    for (const path of ['/embed', '/api/embed', '/qdrant/infer', '/embedded'])
      expect((await without(path)).body.error, path).to.be.a('string');
  });

  it('is the native one where no path can be told', async () => {
    expect((await send('?\r\n\r\n')).body.error).to.be.a('string');
    expect(failureFormOf('')).to.equal(NATIVE_FAILURE);
    expect(failureFormOf('*')).to.equal(NATIVE_FAILURE);
  });
});
