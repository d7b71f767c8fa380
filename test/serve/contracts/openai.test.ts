import { expect } from 'chai';
import type { Embedder } from '../../../src/core/embedder.js';
import { HandspringError } from '../../../src/core/errors.js';
import { ItemLimits } from '../../../src/serve/access/item-limits.js';
import { KeyRing, toKeys } from '../../../src/serve/access/key-ring.js';
import { parseRate } from '../../../src/serve/access/rate.js';
import type { AppParts } from '../../../src/serve/app.js';
import type { ServedModel } from '../../../src/serve/contracts/contract.js';
import { FAKE_MODEL, fakeEmbedder, startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';
import { embedResult } from '../../support/items.js';

interface Answer {
  readonly object: string;
  readonly model: string;
  readonly data: readonly { readonly object: string; readonly index: number; readonly embedding: number[] }[];
  readonly usage: object;
}

interface Failure {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: unknown;
    readonly code: string;
  };
  readonly detail: string;
  readonly message: string;
}

/** Two bytes, the first of which is `I`. */
const IMAGE = Buffer.from('II').toString('base64');
const DATA_URI = `data:image/png;base64,${IMAGE}`;
const PICTURE = { text: false, length: 2, first: 'I'.charCodeAt(0) };
const word = (text: string) => ({ text: true, length: text.length, first: text.codePointAt(0) ?? 0 });

describe("OpenAI's contract", () => {
  let app: TestApp | undefined;
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  async function post<T = Answer>(body: unknown, parts: Partial<AppParts> = {}, path = '/v1/embeddings') {
    app ??= await startTestApp(parts);
    const response = await fetch(app.url + path, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }
  const serving = (changes: Partial<ServedModel>): Partial<AppParts> => ({
    model: () => ({ ...FAKE_MODEL, ...changes }),
  });

  it('gives the vectors in the order asked for, duplicates kept, with what they took', async () => {
    const vectors = [Float32Array.of(1, 0, 0), Float32Array.of(0, 3, 4), Float32Array.of(1, 0, 0)];
    const embedder: Embedder = { embed: () => Promise.resolve(embedResult(vectors, { tokens: 7 })) };
    const { status, headers, body } = await post({ input: ['a', 'b', 'a'] }, { embedder });
    expect([status, headers.get('content-type')]).to.deep.equal([200, 'application/json; charset=utf-8']);
    expect(body).to.deep.equal({
      object: 'list',
      model: 'fake',
      data: [
        { object: 'embedding', index: 0, embedding: [1, 0, 0] },
        { object: 'embedding', index: 1, embedding: [0, 0.6, 0.8] },
        { object: 'embedding', index: 2, embedding: [1, 0, 0] },
      ],
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
    expect(Object.keys(body)).to.deep.equal(['object', 'model', 'data', 'usage']);
  });

  describe('takes', () => {
    const seen: object[] = [];
    const embedder: Embedder = {
      embed: (items) => {
        const told = items.map(({ modality, content }) => {
          const { length } = content as string;
          const first =
            typeof content === 'string' ? (content.codePointAt(0) ?? 0) : (content as Uint8Array)[0];
          return { text: modality === 'text', length, first };
        });
        seen.splice(0, seen.length, ...told);
        return fakeEmbedder.embed(items);
      },
    };
    for (const [what, body, expected] of [
      ['a string', { input: 'cat' }, [word('cat')]],
      ['an empty string', { input: '' }, [word('')]],
      ['a list of strings, empty ones too', { input: ['cat', ''] }, [word('cat'), word('')]],
      ['an address as a text', { input: ['https://example.org/a.png'] }, [word('https://example.org/a.png')]],
      ['a lone surrogate, as what stands for it', '{"input":"\\ud800"}', [word('\ufffd')]],
      ["Jina's objects", { input: [{ text: 'cat' }, { image: IMAGE }] }, [word('cat'), PICTURE]],
      [
        'null beside them',
        {
          input: [
            { text: 'cat', image: null },
            { text: null, image: IMAGE },
          ],
        },
        [word('cat'), PICTURE],
      ],
      ['unknown keys beside them', { input: [{ text: 'cat', id: 7 }] }, [word('cat')]],
      [
        'images as data URIs',
        { input: [{ image: DATA_URI }, { image: { url: DATA_URI } }] },
        [PICTURE, PICTURE],
      ],
      [
        "NVIDIA's strings, under any label",
        { input: [DATA_URI, 'cat', DATA_URI.replace('png', 'JPEG')] },
        [PICTURE, word('cat'), PICTURE],
      ],
      ['one image as a string', { input: DATA_URI }, [PICTURE]],
      [
        'a data URI as a text, where all strings are',
        { input: [DATA_URI], modality: 'text' },
        [word(DATA_URI)],
      ],
      [
        'a data URI in an object that says that it is a text',
        { input: [{ text: DATA_URI }] },
        [word(DATA_URI)],
      ],
      ["infinity's images", { input: [IMAGE, DATA_URI], modality: 'image' }, [PICTURE, PICTURE]],
      ["infinity's texts", { input: ['cat'], modality: 'text', encoding_format: null }, [word('cat')]],
      [
        'keys that change nothing',
        {
          input: 'cat',
          user: 'u',
          task: 'x',
          normalized: false,
          truncate: 'START',
          late_chunking: true,
          input_type: 'query',
          return_multivector: false,
          messages: null,
          dimensions: 0,
          model: null,
          modality: null,
          foo: {},
        },
        [word('cat')],
      ],
      ['the last of two keys', '{"input":"dog","input":"cat"}', [word('cat')]],
      ['its own name', { input: 'cat', model: 'fake' }, [word('cat')]],
      ['all dimensions', { input: 'cat', dimensions: 3 }, [word('cat')]],
    ] as const) {
      it(what, async () => {
        const { status } = await post(body, { embedder });
        expect(status).to.equal(200);
        expect(seen).to.deep.equal(expected);
      });
    }
  });

  describe('refuses', () => {
    const input = (
      message: string | RegExp,
      param: unknown = 'input',
      code = 'invalid_request',
      status = 400,
    ) => ({
      message,
      param,
      code,
      status,
    });
    for (const [what, body, expected] of [
      ['no body', '', input('body: expected a JSON object with "input", received nothing', null)],
      ['a list as a body', [], input('body: expected a JSON object with "input", received a list', null)],
      ['no JSON', '{"input":NaN}', input('body: expected JSON such as {"input":["a cat"]}', null)],
      ['no input', {}, input('input: expected a text, or a list of texts and images, received nothing')],
      [
        'null',
        { input: null },
        input('input: expected a text, or a list of texts and images, received null'),
      ],
      [
        'a number',
        '{"input":1e999}',
        input('input: expected a text, or a list of texts and images, received a number'),
      ],
      [
        'a boolean',
        { input: true },
        input('input: expected a text, or a list of texts and images, received a boolean'),
      ],
      [
        'an object',
        { input: { text: 'a' } },
        input('input: expected a text, or a list of texts and images, received an object'),
      ],
      [
        'an empty list',
        { input: [] },
        input('input: expected a text, or a list of texts and images, received an empty list'),
      ],
      [
        'a number among texts',
        { input: ['a', 1] },
        input('input[1]: expected text or an image, received a number'),
      ],
      [
        'null among texts',
        { input: ['a', null] },
        input('input[1]: expected text or an image, received null'),
      ],
      [
        'a list among texts',
        { input: ['a', [1]] },
        input('input[1]: expected text or an image, received a list'),
      ],
      [
        'an object with both',
        { input: [{ text: 'a', image: IMAGE }] },
        input('input[0]: expected an object with either "text" or "image", received one with both'),
      ],
      [
        'an object with neither',
        { input: ['a', { url: 'x' }] },
        input('input[1]: expected an object with either "text" or "image", received one with neither'),
      ],
      [
        'a text that is none',
        { input: [{ text: 1 }] },
        input('input[0].text: expected a string, received a number'),
      ],
      [
        'an image that is none',
        { input: [{ image: { url: 1 } }] },
        input('input[0].image: expected a string, or an object with its "url", received a number'),
      ],
      [
        'another modality',
        { input: ['a'], modality: 'audio' },
        input('modality: expected "text" or "image", received another one', 'modality'),
      ],
      [
        'another encoding',
        { input: 'a', encoding_format: 'int8' },
        input('encoding_format: expected "float" or "base64", received another one', 'encoding_format'),
      ],
      [
        'a number as encoding',
        { input: 'a', encoding_format: 1 },
        input('encoding_format: expected "float" or "base64", received a number', 'encoding_format'),
      ],
      [
        "another of Jina's",
        { input: 'a', embedding_type: 'binary' },
        input('embedding_type: expected "float" or "base64", received another one', 'embedding_type'),
      ],
      [
        'several vectors of one item',
        { input: 'a', return_multivector: true },
        input(
          'return_multivector: expected false: an item has one vector, received true',
          'return_multivector',
        ),
      ],
      [
        'a model that is no name',
        { input: 'a', model: 7 },
        input('model: expected its name, received a number', 'model'),
      ],
      [
        'more dimensions',
        { input: 'a', dimensions: 1536 },
        input('dimensions: expected 2 or 3, the length of the vectors of fake, received 1536', 'dimensions'),
      ],
      [
        'dimensions that it was not trained for',
        { input: 'a', dimensions: 1 },
        input('dimensions: expected 2 or 3, the length of the vectors of fake, received 1', 'dimensions'),
      ],
      [
        'dimensions that are none',
        { input: 'a', dimensions: '3' },
        input(
          'dimensions: expected 2 or 3, the length of the vectors of fake, received a string',
          'dimensions',
        ),
      ],
      [
        'broken base64',
        { input: ['a', { image: 'a!b' }] },
        input(
          'input[1]: expected an image as base64, received "!" at position 1',
          'input',
          'invalid_image',
          422,
        ),
      ],
      [
        'too many texts',
        { input: Array(17).fill('a') },
        input('input: expected at most 16 texts (MAX_TEXTS), received 17', 'input', 'payload_too_large', 413),
      ],
      [
        'too many images',
        { input: Array(9).fill(DATA_URI) },
        input('input: expected at most 8 images (MAX_ITEMS), received 9', 'input', 'payload_too_large', 413),
      ],
      [
        'too many values',
        { input: Array(1300).fill({}) },
        input(
          'body: expected at most 1184 values in its JSON, which MAX_TEXTS sets, received more',
          null,
          'payload_too_large',
          413,
        ),
      ],
      [
        'too many levels',
        '['.repeat(99),
        input('body: expected JSON of at most 32 levels, received more', null),
      ],
      [
        'another form of address',
        { input: [{ image: 'https://example.org/a.png' }] },
        input(
          /^input\[0\]: expected an image as base64 or as a data: URI, received an address/,
          'input',
          'image_urls_off',
        ),
      ],
      [
        'an address in an object',
        { input: [{ image: { url: 'http://127.0.0.1/' } }] },
        input(/^input\[0\]: expected an image as base64/, 'input', 'image_urls_off'),
      ],
      [
        'an address where all are images',
        { input: ['a', 'file:///etc/passwd'], modality: 'image' },
        input(/^input\[1\]: expected an image as base64/, 'input', 'image_urls_off'),
      ],
    ] as const) {
      it(what, async () => {
        const { status, body: answer } = await post<Failure>(body);
        const { message, type, param, code } = answer.error;
        if (typeof expected.message === 'string') expect(message).to.equal(expected.message);
        else expect(message).to.match(expected.message);
        expect({ status, param, code, type }).to.deep.equal({
          status: expected.status,
          param: expected.param,
          code: expected.code,
          type: 'invalid_request_error',
        });
        expect([answer.detail, answer.message]).to.deep.equal([message, message]);
      });
    }

    for (const [what, ids] of [
      ['of one text', [1, 2, 3]],
      ['of several', [[1], [2, 3]]],
      ['of very many', [Array(4000).fill(9906), [2]]],
    ] as const) {
      it(`the ids of tokens ${what}, and says the cure`, async () => {
        const { status, body } = await post<Failure>(
          { input: ids, model: 'fake' },
          {
            limits: {
              maxItems: 8,
              maxTexts: 16,
              maxPendingItems: 512,
              maxBodyBytes: 65_536,
              maxPendingBytes: 100_000,
              minBodyRate: 0,
              bodyTimeoutMs: 60_000,
            },
          },
        );
        expect([status, body.error.code, body.error.param]).to.deep.equal([
          400,
          'token_ids_not_supported',
          'input',
        ]);
        expect(body.message).to.include('check_embedding_ctx_length=False');
      });
    }

    it('a conversation, and says what to send', async () => {
      const { status, body } = await post<Failure>({ messages: [{ role: 'user', content: 'a' }] });
      expect([status, body.error.param]).to.deep.equal([400, 'messages']);
      expect(body.message).to.include('expected "input" in its place');
    });

    it("another model, and names this one with its dimensions, as clients' defaults for both go together", async () => {
      const asked = { input: 'a', model: 'text-embedding-3-small', dimensions: 1536 };
      const { status, body } = await post<Failure>(asked, serving({ aliases: ['clip'] }));
      expect([status, body.error.code, body.error.param]).to.deep.equal([404, 'model_not_found', 'model']);
      expect(body.message).to.equal(
        'model: expected "fake" or "clip", whose vectors have 3 dimensions, received "text-embedding-3-small"; MODEL_ALIASES gives it further names',
      );
    });
  });

  for (const aliases of [['clip', 'text-embedding-3-small'], ['*']]) {
    it(`answers to ${aliases.join(' and ')} beside its own name, which it then tells`, async () => {
      const { status, body } = await post(
        { input: 'a', model: 'text-embedding-3-small' },
        serving({ aliases }),
      );
      expect([status, body.model]).to.deep.equal([200, 'fake']);
    });
  }

  for (const key of ['encoding_format', 'embedding_type']) {
    it(`gives base64 of float32 where ${key} asks for it`, async () => {
      const plain = await post({ input: ['cat', DATA_URI] });
      const packed = await post<{ data: { embedding: string }[] }>({
        input: ['cat', DATA_URI],
        [key]: 'base64',
      });
      packed.body.data.forEach(({ embedding }, at) => {
        const bytes = Uint8Array.from(Buffer.from(embedding, 'base64'));
        expect(bytes).to.have.length(12);
        const expected = plain.body.data[at]?.embedding.map(Math.fround);
        expect(Array.from(new Float32Array(bytes.buffer))).to.deep.equal(expected);
      });
    });
  }

  it('gives vectors of length 1 whatever the towers give, cut ones too', async () => {
    const embedder: Embedder = { embed: () => Promise.resolve(embedResult([Float32Array.of(6, 8, 24)])) };
    const first = async (body: object) => (await post(body, { embedder })).body.data[0]?.embedding;
    expect(await first({ input: 'a' })).to.deep.equal(
      [6, 8, 24].map((x) => Number((x / 26).toFixed(8))).map(shortest),
    );
    expect(await first({ input: 'a', dimensions: 2 })).to.deep.equal([0.6, 0.8]);
  });

  it('leaves vectors that have length 1 as they are, to the bit', async () => {
    const vector = Float32Array.of(0.6, 0.8, 1e-9);
    const embedder: Embedder = { embed: () => Promise.resolve(embedResult([vector])) };
    const { body } = await post({ input: 'a' }, { embedder, ...serving({ normalized: true }) });
    expect(body.data[0]?.embedding.map(Math.fround)).to.deep.equal(Array.from(vector));
  });

  it('tells which texts were cut', async () => {
    const embedder: Embedder = {
      embed: () => Promise.resolve(embedResult([Float32Array.of(1, 0, 0)], { truncated: [1, 4] })),
    };
    expect((await post({ input: 'a' }, { embedder })).headers.get('handspring-truncated-texts')).to.equal(
      '1,4',
    );
  });

  it('is counted by what it carried, under its own name on both its paths', async () => {
    await post({ input: ['a', DATA_URI] });
    await post({ input: ['a'] }, {}, '/embeddings');
    const text = await app?.metrics.registry.getSingleMetricAsString('handspring_requests_total');
    expect(text).to.include('route="openai",modality="both",outcome="ok"} 1');
    expect(text).to.include('route="openai",modality="text",outcome="ok"} 1');
  });

  describe('tells in headers', () => {
    const NAMES = ['limit', 'remaining', 'reset'].flatMap((what) =>
      ['requests', 'tokens'].map((unit) => `x-ratelimit-${what}-${unit}`),
    );
    const rateOf = (headers: Headers) =>
      Object.fromEntries(NAMES.map((name) => [name, headers.get(name)] as const));

    it('a million of each where nothing is limited, as Weaviate batches by them', async () => {
      const { headers } = await post({ input: 'a' });
      expect(rateOf(headers)).to.deep.equal({
        'x-ratelimit-limit-requests': '1000000',
        'x-ratelimit-limit-tokens': '1000000',
        'x-ratelimit-remaining-requests': '1000000',
        'x-ratelimit-remaining-tokens': '1000000',
        'x-ratelimit-reset-requests': '0s',
        'x-ratelimit-reset-tokens': '0s',
      });
    });

    it('what RATE_LIMIT leaves, and then 429 with the time to wait', async () => {
      const limits = new ItemLimits({ rate: parseRate('3/d') });
      const parts = { access: { limits } };
      const { headers } = await post({ input: ['a', 'b'] }, parts);
      expect(rateOf(headers)).to.include({
        'x-ratelimit-limit-requests': '3',
        'x-ratelimit-remaining-requests': '1',
      });
      expect(rateOf(headers)['x-ratelimit-reset-requests']).to.match(/^[1-9]\d*s$/);
      const refused = await post<Failure>({ input: ['a', 'b'] }, parts);
      expect([refused.status, refused.body.error.type, refused.body.error.code]).to.deep.equal([
        429,
        'rate_limit_error',
        'rate_limited',
      ]);
      expect(Number(refused.headers.get('retry-after'))).to.be.greaterThan(0);
      const tooMany = await post<Failure>({ input: Array(4).fill('a') }, parts);
      expect([tooMany.status, tooMany.body.error.type]).to.deep.equal([413, 'invalid_request_error']);
    });

    const ask = (code: 'deadline' | 'overloaded' | 'encoder_failed') => {
      const error = new HandspringError(code, 'why', { retryAfterSeconds: 2 });
      return post<Failure>({ input: 'a' }, { embedder: { embed: () => Promise.reject(error) } });
    };

    it("the request's id, and with 504 that the same again is no help", async () => {
      const { status, body, headers } = await ask('deadline');
      expect([status, body.error.type, headers.get('x-should-retry')]).to.deep.equal([
        504,
        'server_error',
        'false',
      ]);
      expect(headers.get('x-request-id')).to.match(/^[\w-]{36}$/);
    });

    it('with 429 when to come again', async () => {
      const { status, body, headers } = await ask('overloaded');
      expect([status, body.error.type]).to.deep.equal([429, 'rate_limit_error']);
      expect([headers.get('retry-after'), headers.get('x-should-retry')]).to.deep.equal(['2', null]);
    });

    it('nothing of that with 500', async () => {
      const { status, body, headers } = await ask('encoder_failed');
      expect([status, body.error.type, body.error.code]).to.deep.equal([
        500,
        'server_error',
        'encoder_failed',
      ]);
      expect(headers.get('x-should-retry')).to.equal(null);
    });
  });

  describe('asks for a token where there are any', () => {
    const access = { ring: new KeyRing(toKeys(['secret'])) };
    for (const [path, method] of [
      ['/v1/embeddings', 'POST'],
      ['/embeddings', 'POST'],
      ['/v1/models', 'GET'],
      ['/models/fake', 'GET'],
    ] as const) {
      it(`on ${path}`, async () => {
        app = await startTestApp({ access });
        const ask = (authorization: string) =>
          fetch(app!.url + path, {
            method,
            headers: { authorization },
            body: method === 'POST' ? '{"input":"a"}' : null,
          });
        expect((await ask('Bearer secret')).status).to.equal(200);
        const refused = await ask('Bearer other');
        const { error } = (await refused.json()) as Failure;
        expect([refused.status, error.type, error.code]).to.deep.equal([
          401,
          'authentication_error',
          'unauthorized',
        ]);
      });
    }

    it('and takes any Authorization where there are none, as clients insist on sending one', async () => {
      app = await startTestApp();
      const headers = { authorization: 'Bearer sk-whatever' };
      for (const [path, body] of [
        ['/v1/embeddings', '{"input":"a"}'],
        ['/v1/models', null],
      ] as const)
        expect(
          (await fetch(app.url + path, { method: body === null ? 'GET' : 'POST', headers, body })).status,
        ).to.equal(200);
    });
  });

  describe('tells the model', () => {
    const ENTRY = { id: 'owner/name@1a2b', object: 'model', created: 0, owned_by: 'handspring' };
    const get = async (path: string, method = 'GET') => {
      app ??= await startTestApp(serving({ name: ENTRY.id, aliases: ['clip'] }));
      const response = await fetch(app.url + path, { method });
      return { status: response.status, body: (method === 'HEAD' ? {} : await response.json()) as object };
    };
    for (const path of ['/v1/models', '/models', '/v1/models/', '//v1/models']) {
      it(`in a list at ${path}`, async () => {
        expect(await get(path)).to.deep.equal({ status: 200, body: { object: 'list', data: [ENTRY] } });
      });
    }
    for (const name of ['owner/name@1a2b', 'owner%2Fname%401a2b', 'clip']) {
      it(`by the name ${name}`, async () => {
        expect(await get(`/v1/models/${name}`)).to.deep.equal({ status: 200, body: ENTRY });
        expect(await get(`/models/${name}`)).to.deep.equal({ status: 200, body: ENTRY });
      });
    }
    it('and no other', async () => {
      const { status, body } = await get('/v1/models/gpt-4');
      expect([status, (body as Failure).error.code]).to.deep.equal([404, 'model_not_found']);
      expect((await get('/v1/models/%ff')).status).to.equal(400);
      expect((await get('/v1/models', 'DELETE')).status).to.equal(405);
      expect((await get('/v1/models', 'HEAD')).status).to.equal(200);
    });
    it('once it is loaded, and not before', async () => {
      app = await startTestApp({ lifecycle: { phase: () => 'starting' } });
      const { status, body } = await get('/v1/models');
      expect([status, (body as Failure).error.type]).to.deep.equal([503, 'server_error']);
    });
  });

  for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE']) {
    it(`is asked by POST alone, not ${method}`, async () => {
      app = await startTestApp();
      const response = await fetch(`${app.url}/v1/embeddings`, { method });
      expect([response.status, response.headers.get('allow')]).to.deep.equal([405, 'POST']);
      if (method !== 'HEAD')
        expect(((await response.json()) as Failure).error.code).to.equal('method_not_allowed');
    });
  }
});

/** As it is printed: the shortest decimal of the float32. */
function shortest(x: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(Math.fround(x).toPrecision(digits));
    if (Math.fround(short) === Math.fround(x)) return short;
  }
  return Number(Math.fround(x).toPrecision(9));
}
