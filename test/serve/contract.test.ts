import { expect } from 'chai';
import type { Lifecycle } from '../../src/serve/operations.js';
import { gzipSync } from 'node:zlib';
import { fakeEmbedder, startTestApp } from '../support/app.js';
import type { TestApp } from '../support/app.js';

/** The vector that the fake embedder gives for a text of this length and first character. */
const vectorOf = (length: number, first: string) => [length, first.codePointAt(0), 0.1];
const GIF = Buffer.from('GIF89a');
const gifVector = [6, 'G'.codePointAt(0), 0.1];
const base64 = GIF.toString('base64');

interface Case {
  readonly title: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  /** Sent as it is if a string, else as JSON. */
  readonly body?: unknown;
  readonly status: number;
  /** The whole answer, or for an error its text. */
  readonly answer: object | string | RegExp;
  readonly code?: string;
}

const ANSWERS: readonly Case[] = [
  {
    title: 'texts and images, both keys, input order, duplicates kept',
    body: { texts: ['b', 'aa', 'b'], images: [base64, base64] },
    status: 200,
    answer: {
      textVectors: [vectorOf(1, 'b'), vectorOf(2, 'a'), vectorOf(1, 'b')],
      imageVectors: [gifVector, gifVector],
    },
  },
  { title: 'an empty object', body: {}, status: 200, answer: { textVectors: [], imageVectors: [] } },
  {
    title: 'empty lists',
    body: { texts: [], images: [] },
    status: 200,
    answer: { textVectors: [], imageVectors: [] },
  },
  {
    title: 'nulls',
    body: { texts: null, images: null },
    status: 200,
    answer: { textVectors: [], imageVectors: [] },
  },
  {
    title: 'an absent side',
    body: { texts: ['a'] },
    status: 200,
    answer: { textVectors: [vectorOf(1, 'a')], imageVectors: [] },
  },
  {
    title: 'an empty text',
    body: { texts: [''] },
    status: 200,
    answer: { textVectors: [[0, 0, 0.1]], imageVectors: [] },
  },
  {
    title: 'unknown keys',
    body: { texts: ['a'], videos: [1], config: { x: 1 } },
    status: 200,
    answer: { textVectors: [vectorOf(1, 'a')], imageVectors: [] },
  },
  {
    title: 'a doubled slash, from an inferenceUrl that ends in one',
    path: '//vectorize',
    body: { texts: ['a'] },
    status: 200,
    answer: { textVectors: [vectorOf(1, 'a')], imageVectors: [] },
  },
  {
    title: 'any content type',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: { texts: ['a'] },
    status: 200,
    answer: { textVectors: [vectorOf(1, 'a')], imageVectors: [] },
  },
  {
    title: 'base64 with line breaks and spaces',
    body: { images: [`${base64.slice(0, 3)}\r\n ${base64.slice(3)}\n`] },
    status: 200,
    answer: { textVectors: [], imageVectors: [gifVector] },
  },
  {
    title: 'base64 without its padding and in the URL-safe alphabet',
    body: { images: [Buffer.from([0xfb, 0xff, 0xfe, 0xff]).toString('base64url')] },
    status: 200,
    answer: { textVectors: [], imageVectors: [[4, 0xfb, 0.1]] },
  },
  {
    title: 'a data URI',
    body: { images: [`data:image/gif;base64,${base64}`] },
    status: 200,
    answer: { textVectors: [], imageVectors: [gifVector] },
  },
  {
    title: 'a lone surrogate in a text as U+FFFD',
    body: '{"texts":["\\ud800"]}',
    status: 200,
    answer: { textVectors: [vectorOf(1, '\uFFFD')], imageVectors: [] },
  },
];

const REFUSALS: readonly Case[] = [
  {
    title: 'broken JSON',
    body: '{"texts":["secret"',
    status: 400,
    code: 'invalid_request',
    answer: 'body: expected JSON such as {"texts":["a cat"],"images":[]}',
  },
  {
    title: 'no body',
    body: '',
    status: 400,
    code: 'invalid_request',
    answer: 'body: expected a JSON object with texts and images, received nothing',
  },
  {
    title: 'a list for a body',
    body: [1],
    status: 400,
    code: 'invalid_request',
    answer: 'body: expected a JSON object with texts and images, received a list',
  },
  {
    title: 'null for a body',
    body: null,
    status: 400,
    code: 'invalid_request',
    answer: 'body: expected a JSON object with texts and images, received null',
  },
  {
    title: 'a key in the singular',
    body: { text: ['a'] },
    status: 400,
    code: 'invalid_request',
    answer: 'body: expected "texts" or "images" among its keys, received "text"',
  },
  {
    title: 'no key that is known',
    body: { input: 'a', model: 'clip', ['k'.repeat(50)]: 1 },
    status: 400,
    code: 'invalid_request',
    answer: 'body: expected "texts" or "images" among its keys, received "input" and 2 more',
  },
  {
    title: 'texts that are no list',
    body: { texts: 'cat' },
    status: 400,
    code: 'invalid_request',
    answer: 'texts: expected a list of strings, received a string',
  },
  {
    title: 'a text that is no string',
    body: { texts: ['a', 7] },
    status: 400,
    code: 'invalid_request',
    answer: 'texts[1]: expected a string, received a number',
  },
  {
    title: 'an image that is no string',
    body: { images: [null] },
    status: 400,
    code: 'invalid_request',
    answer: 'images[0]: expected a string, received null',
  },
  {
    title: 'an image that is no base64',
    body: { images: [base64, 'https://example.com/a.jpg'] },
    status: 422,
    code: 'invalid_image',
    answer:
      'images[1]: expected an image as base64, received an address: send what it leads to, as addresses are taken on other routes only, where IMAGE_URLS allows them',
  },
  {
    title: 'too many items',
    body: { texts: Array(9).fill('a') },
    status: 413,
    code: 'payload_too_large',
    answer: 'expected at most 8 texts and images (MAX_ITEMS), received 9',
  },
  {
    title: 'too large a body',
    body: { texts: ['a'.repeat(5000)] },
    status: 413,
    code: 'payload_too_large',
    answer: 'body: expected at most 4096 bytes (MAX_BODY_BYTES), received 5014',
  },
  {
    title: 'an unknown charset',
    headers: { 'content-type': 'application/json; charset=klingon' },
    body: {},
    status: 400,
    code: 'invalid_request',
    answer: 'body: expected JSON in UTF-8, received another charset',
  },
  {
    title: 'an unknown encoding',
    headers: { 'content-encoding': 'zip' },
    body: {},
    status: 400,
    code: 'invalid_request',
    answer: 'body: expected bytes as they are or compressed with gzip, deflate or br',
  },
  {
    title: 'an unknown route',
    path: '/vectorise',
    body: {},
    status: 404,
    code: 'not_found',
    answer: 'no route POST /vectorise; see docs/api.md',
  },
  {
    title: 'a broken path',
    path: '/%ff',
    body: {},
    status: 404,
    code: 'not_found',
    answer: /^no route POST/,
  },
  {
    title: 'a wrong method',
    method: 'GET',
    status: 405,
    code: 'method_not_allowed',
    answer: '/vectorize: expected POST, received GET',
  },
  {
    title: 'a wrong method of a probe',
    path: '/.well-known/ready',
    body: {},
    status: 405,
    code: 'method_not_allowed',
    answer: '/.well-known/ready: expected GET or HEAD, received POST',
  },
];

describe("Weaviate's contract", () => {
  let app: TestApp;
  before(async () => {
    app = await startTestApp();
  });
  after(() => app.close());

  const send = ({ method = 'POST', path = '/vectorize', headers = {}, body }: Case, url = app.url) =>
    fetch(url + path, {
      method,
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  for (const testCase of ANSWERS) {
    it(`answers ${testCase.title}`, async () => {
      const response = await send(testCase);
      expect(await response.json()).to.deep.equal(testCase.answer);
      expect(response.status).to.equal(testCase.status);
      expect(response.headers.get('content-type')).to.match(/^application\/json/);
      expect(response.headers.get('content-encoding')).to.equal(null);
    });
  }

  for (const testCase of REFUSALS) {
    it(`refuses ${testCase.title} with ${testCase.status} and a string`, async () => {
      const response = await send(testCase);
      const { error, code } = (await response.json()) as { error: unknown; code: unknown };
      expect(error).to.be.a('string');
      if (testCase.answer instanceof RegExp) expect(error).to.match(testCase.answer);
      else expect(error).to.equal(testCase.answer);
      expect(code).to.equal(testCase.code);
      expect(response.status).to.equal(testCase.status);
      expect(response.headers.get('location')).to.equal(null);
    });
  }

  it('holds a compressed body against MAX_PENDING_BYTES as what it becomes', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const limits = {
      maxItems: 8,
      maxTexts: 16,
      maxPendingItems: 512,
      maxBodyBytes: 400_000,
      maxPendingBytes: 400_000,
    };
    let arrived: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    const busy = await startTestApp({
      limits: { ...limits, minBodyRate: 0, bodyTimeoutMs: 60_000 },
      embedder: { embed: (items) => (arrived(), held.then(() => fakeEmbedder.embed(items))) },
    });
    const packed = new Uint8Array(gzipSync(JSON.stringify({ texts: ['a'.repeat(300_000)] })));
    const post = () =>
      fetch(`${busy.url}/vectorize`, {
        method: 'POST',
        body: packed,
        headers: { 'content-encoding': 'gzip' },
      });
    try {
      const first = post();
      await waiting;
      expect(((await (await post()).json()) as { error: string }).error).to.include(
        'MAX_PENDING_BYTES=400000',
      );
      release();
      expect((await first).status).to.equal(200);
    } finally {
      release();
      await busy.close();
    }
  });

  it('names the allowed method beside a 405', async () => {
    const response = await send({ title: '', method: 'PUT', status: 405, answer: '' });
    expect(response.headers.get('allow')).to.equal('POST');
    await response.text();
  });

  it('tells where the time went', async () => {
    const response = await send({ title: '', body: { texts: ['a'] }, status: 200, answer: {} });
    expect(response.headers.get('server-timing')).to.equal('prepare;dur=1.0, queue;dur=2.0, encode;dur=3.0');
    await response.text();
  });

  it('keeps connections longer than the 90 s for which Go does', async () => {
    const response = await fetch(`${app.url}/meta`);
    const [, seconds] = /timeout=(\d+)/.exec(response.headers.get('keep-alive') ?? '') ?? [];
    expect(Number(seconds)).to.be.greaterThan(90);
    await response.text();
  });

  it("takes over a caller's request id that is harmless in a log, and no other", async () => {
    const echo = async (id: string) => {
      const response = await send({
        title: '',
        headers: { 'x-request-id': id },
        body: {},
        status: 200,
        answer: {},
      });
      await response.text();
      return response.headers.get('x-request-id');
    };
    expect(await echo('trace-1:a.b')).to.equal('trace-1:a.b');
    expect(await echo('a b"c')).to.match(/^[0-9a-f-]{36}$/);
  });

  describe('probes and meta', () => {
    let phase: ReturnType<Lifecycle['phase']> = 'ready';
    let probed: TestApp;
    before(async () => {
      probed = await startTestApp({ lifecycle: { phase: () => phase } });
    });
    after(() => probed.close());

    const statusOf = async (path: string, method: string) => {
      const response = await fetch(probed.url + path, { method });
      return [response.status, await response.text()] as const;
    };

    for (const method of ['GET', 'HEAD']) {
      it(`answers ${method} live and ready with 204 and no body when ready`, async () => {
        phase = 'ready';
        expect(await statusOf('/.well-known/live', method)).to.deep.equal([204, '']);
        expect(await statusOf('/.well-known/ready', method)).to.deep.equal([204, '']);
      });
    }

    it('lives before that, and answers 503 with an error string on ready and vectorize alike', async () => {
      phase = 'starting';
      expect(await statusOf('/.well-known/live', 'GET')).to.deep.equal([204, '']);
      const [status, body] = await statusOf('/.well-known/ready', 'GET');
      expect(status).to.equal(503);
      expect(JSON.parse(body)).to.deep.equal({ error: 'the model is being loaded', code: 'not_ready' });
      const response = await send({ title: '', body: { texts: ['a'] }, status: 503, answer: '' }, probed.url);
      expect(response.status).to.equal(503);
      expect(response.headers.get('retry-after')).to.equal('1');
      await response.text();
    });

    it('is alive but not ready while it stops, and closes connections', async () => {
      phase = 'stopping';
      expect((await statusOf('/.well-known/live', 'GET'))[0]).to.equal(204);
      expect((await statusOf('/.well-known/ready', 'GET'))[0]).to.equal(503);
      const response = await fetch(`${probed.url}/meta`);
      expect(response.headers.get('connection')).to.equal('close');
      await response.text();
    });

    it('answers meta with a JSON object in every phase', async () => {
      for (phase of ['starting', 'ready', 'stopping'] as const) {
        const response = await fetch(`${probed.url}/meta`);
        expect(await response.json()).to.deep.equal({ model_type: 'fake' });
      }
    });
  });
});
