import { expect } from 'chai';
import type { Embedder } from '../../../../src/core/embedder.js';
import { HandspringError } from '../../../../src/core/errors.js';
import { ItemLimits } from '../../../../src/serve/access/item-limits.js';
import { parseRate } from '../../../../src/serve/access/rate.js';
import { embedResult } from '../../../support/items.js';
import { DATA_URI, OpenaiClient, serving } from './client.js';
import type { Failure } from './client.js';

describe("what OpenAI's clients are answered", () => {
  const client = new OpenaiClient();

  it('gives the vectors in the order asked for, duplicates kept, with what they took', async () => {
    const vectors = [Float32Array.of(1, 0, 0), Float32Array.of(0, 3, 4), Float32Array.of(1, 0, 0)];
    const embedder: Embedder = { embed: () => Promise.resolve(embedResult(vectors, { tokens: 7 })) };
    const { status, headers, body } = await client.post({ input: ['a', 'b', 'a'] }, { embedder });
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

  for (const aliases of [['clip', 'text-embedding-3-small'], ['*']]) {
    it(`answers to ${aliases.join(' and ')} beside its own name, which it then tells`, async () => {
      const { status, body } = await client.post(
        { input: 'a', model: 'text-embedding-3-small' },
        serving({ aliases }),
      );
      expect([status, body.model]).to.deep.equal([200, 'fake']);
    });
  }

  for (const key of ['encoding_format', 'embedding_type']) {
    it(`gives base64 of float32 where ${key} asks for it`, async () => {
      const plain = await client.post({ input: ['cat', DATA_URI] });
      const packed = await client.post<{ data: { embedding: string }[] }>({
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
    const first = async (body: object) => (await client.post(body, { embedder })).body.data[0]?.embedding;
    expect(await first({ input: 'a' })).to.deep.equal(
      [6, 8, 24].map((x) => Number((x / 26).toFixed(8))).map(shortest),
    );
    expect(await first({ input: 'a', dimensions: 2 })).to.deep.equal([0.6, 0.8]);
  });

  it('leaves vectors that have length 1 as they are, to the bit', async () => {
    const vector = Float32Array.of(0.6, 0.8, 1e-9);
    const embedder: Embedder = { embed: () => Promise.resolve(embedResult([vector])) };
    const { body } = await client.post({ input: 'a' }, { embedder, ...serving({ normalized: true }) });
    expect(body.data[0]?.embedding.map(Math.fround)).to.deep.equal(Array.from(vector));
  });

  it('tells which texts were cut', async () => {
    const embedder: Embedder = {
      embed: () => Promise.resolve(embedResult([Float32Array.of(1, 0, 0)], { truncated: [1, 4] })),
    };
    expect(
      (await client.post({ input: 'a' }, { embedder })).headers.get('handspring-truncated-texts'),
    ).to.equal('1,4');
  });

  it('is counted by what it carried, under its own name on both its paths', async () => {
    await client.post({ input: ['a', DATA_URI] });
    await client.post({ input: ['a'] }, {}, '/embeddings');
    const text = await client.app?.metrics.registry.getSingleMetricAsString('handspring_requests_total');
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
      const { headers } = await client.post({ input: 'a' });
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
      const { headers } = await client.post({ input: ['a', 'b'] }, parts);
      expect(rateOf(headers)).to.include({
        'x-ratelimit-limit-requests': '3',
        'x-ratelimit-remaining-requests': '1',
      });
      expect(rateOf(headers)['x-ratelimit-reset-requests']).to.match(/^[1-9]\d*s$/);
      const refused = await client.post<Failure>({ input: ['a', 'b'] }, parts);
      expect([refused.status, refused.body.error.type, refused.body.error.code]).to.deep.equal([
        429,
        'rate_limit_error',
        'rate_limited',
      ]);
      expect(Number(refused.headers.get('retry-after'))).to.be.greaterThan(0);
      const tooMany = await client.post<Failure>({ input: Array(4).fill('a') }, parts);
      expect([tooMany.status, tooMany.body.error.type]).to.deep.equal([413, 'invalid_request_error']);
    });

    const ask = (code: 'deadline' | 'overloaded' | 'encoder_failed') => {
      const error = new HandspringError(code, 'why', { retryAfterSeconds: 2 });
      return client.post<Failure>({ input: 'a' }, { embedder: { embed: () => Promise.reject(error) } });
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
});

/** As it is printed: the shortest decimal of the float32. */
function shortest(x: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(Math.fround(x).toPrecision(digits));
    if (Math.fround(short) === Math.fround(x)) return short;
  }
  return Number(Math.fround(x).toPrecision(9));
}
