import { expect } from 'chai';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { FAKE_MODEL, startTestApp } from '../../support/app.js';
import { testRows } from './rows.js';
import type { Row } from './rows.js';

/** The vector that the fake embedder gives for content of this length and first character. */
const vectorOf = (length: number, first: string) => [length, first.codePointAt(0), 0.1];
const GIF = Buffer.from('GIF89a');
const base64 = GIF.toString('base64');
const gif = vectorOf(6, 'G');
const id = 'bd4427c8-48df-487d-904b-732a756289b2_0';

const IMAGES: readonly Row[] = [
  { title: 'an image', body: { id, image: base64 }, answer: { id, vector: gif, dim: 3 } },
  { title: 'no id', body: { image: base64 }, answer: { id: '', vector: gif, dim: 3 } },
  { title: 'null for an id', body: { id: null, image: base64 }, answer: { id: '', vector: gif, dim: 3 } },
  {
    title: 'an id that would be a path elsewhere: echoed, never used',
    body: { id: '../../x', image: base64 },
    answer: { id: '../../x', vector: gif, dim: 3 },
  },
  {
    title: 'a data: prefix',
    body: { id, image: `data:image/png;base64,${base64}` },
    answer: { id, vector: gif, dim: 3 },
  },
  {
    title: 'null for a text, and unknown keys',
    body: { id, image: base64, text: null, dims: 0 },
    answer: { id, vector: gif, dim: 3 },
  },
  {
    title: 'a trailing slash',
    path: '/vectors/',
    body: { id, image: base64 },
    answer: { id, vector: gif, dim: 3 },
  },
  {
    title: 'a content type that is none',
    headers: { 'content-type': 'text/plain' },
    body: { id, image: base64 },
    answer: { id, vector: gif, dim: 3 },
  },
  {
    title: 'a refusal of an id that is no string',
    body: { id: 7, image: base64 },
    status: 400,
    told: /^id: expected a string, received a number$/,
  },
  {
    title: 'a refusal of what is no base64',
    body: { id, image: 'R0lG~' },
    status: 422,
    told: /^image: expected an image as base64, received "~" at position 4$/,
  },
  {
    title: 'a refusal of an address: these routes take base64',
    body: { id, image: 'https://example.org/cat.jpg' },
    status: 422,
    told: /^image: expected an image as base64, received an address: send what it leads to, as addresses are taken on other routes only, where IMAGE_URLS allows them$/,
  },
];

/** As Weaviate's two clients send it. */
const asWeaviate = (text: string, config: object) => ({ text, dims: 0, vector: null, error: '', config });

const TEXTS: readonly Row[] = [
  {
    title: 'what text2vec-transformers sends',
    body: asWeaviate('thing 0', { pooling_strategy: 'masked_mean', task_type: 'passage' }),
    answer: { text: 'thing 0', vector: vectorOf(7, 't'), dim: 3 },
  },
  {
    title: 'what text2vec-model2vec sends',
    body: asWeaviate('hello', { task_type: 'query' }),
    answer: { text: 'hello', vector: vectorOf(5, 'h'), dim: 3 },
  },
  ...[
    undefined,
    null,
    {},
    { pooling_strategy: 'no such', dimensions: null, other: 1 },
    { dimensions: 3 },
  ].map((config) => ({
    title: `a config of ${JSON.stringify(config)}`,
    body: { text: 'a', config },
    answer: { text: 'a', vector: vectorOf(1, 'a'), dim: 3 },
  })),
  { title: 'an empty text', body: { text: '' }, answer: { text: '', vector: [0, 0, 0.1], dim: 3 } },
  {
    title: 'null for an image',
    body: { text: 'a', image: null },
    answer: { text: 'a', vector: vectorOf(1, 'a'), dim: 3 },
  },
  {
    title: 'fewer dimensions than the model has, which it was trained for: cut, then of length 1',
    body: { text: 'c', config: { dimensions: 2 } },
    answer: { text: 'c', vector: [1 / Math.hypot(1, 99), 99 / Math.hypot(1, 99)], dim: 2 },
  },
  ...[1, 4, -3, 2.5, '2', true].map((dimensions) => ({
    title: `a refusal of ${JSON.stringify(dimensions)} dimensions`,
    body: { text: 'a', config: { dimensions } },
    status: 400,
    told: /^config\.dimensions: expected 2 or 3, the length of the vectors of fake, received /,
  })),
  {
    title: 'a refusal of a config that is no object',
    body: { text: 'a', config: 'x' },
    status: 400,
    told: /^config: /,
  },
  {
    title: 'a refusal of both',
    body: { text: 'a', image: base64 },
    status: 400,
    told: /^body: expected a text or an image/,
  },
  {
    title: 'a refusal of neither',
    body: {},
    status: 400,
    told: /^text: expected a string, or an image in its place/,
  },
  { title: 'a refusal of nulls', body: { text: null, image: null }, status: 400, told: /received null$/ },
  {
    title: 'a refusal of a text that is none',
    body: { text: 7 },
    status: 400,
    told: /^text: .* received a number$/,
  },
  {
    title: 'a refusal of an image that is none',
    body: { image: 7 },
    status: 400,
    told: /^text: .* received nothing$/,
  },
  {
    title: 'a refusal of a list',
    body: [],
    status: 400,
    told: /^body: expected a JSON object with "text" or "image"/,
  },
];

const wordsOf = (failure: unknown) => (failure as { error: unknown }).error;
const parts = { model: () => ({ ...FAKE_MODEL, normalized: false, matryoshkaDimensions: [2] }) };

describe('POST /vectors, as img2vec-neural asks, answers', () =>
  testRows('/vectors', IMAGES, wordsOf, parts));
describe('POST /vectors, as text2vec-transformers asks, answers', () =>
  testRows('/vectors', TEXTS, wordsOf, parts));

describe('the log line of a request of img2vec-neural', () => {
  it('has its id and the reason of a refusal, as Weaviate passes on nothing but the status', async () => {
    const lines: Record<string, unknown>[] = [];
    const log = pino(
      new Writable({
        write: (line: Buffer, _encoding, done) => {
          lines.push(JSON.parse(line.toString()) as Record<string, unknown>);
          done();
        },
      }),
    );
    const app = await startTestApp({ log });
    const send = async (body: object) =>
      (await fetch(`${app.url}/vectors`, { method: 'POST', body: JSON.stringify(body) })).arrayBuffer();
    await send({ id: 'x'.repeat(500), image: '~' });
    await send({ id, image: base64 });
    await send({ text: 7 });
    await app.close();
    const [refused, answered, text] = lines.filter(({ path }) => path === '/vectors');
    expect(refused).to.include({ status: 422, label: 'x'.repeat(100) });
    expect(refused?.['reason']).to.match(/^image: expected an image as base64/);
    expect(answered).to.include({ status: 200, label: id }).and.not.to.have.property('reason');
    expect(text).to.not.have.any.keys('label', 'reason');
    expect(JSON.stringify(lines)).not.to.contain(base64);
  });
});

describe('requests of /vectors', () => {
  it('are counted by the contract that their body is of', async () => {
    const app = await startTestApp();
    for (const body of [{ image: base64 }, { text: 'a' }, {}])
      await (await fetch(`${app.url}/vectors`, { method: 'POST', body: JSON.stringify(body) })).arrayBuffer();
    const text = await app.metrics.registry.getSingleMetricAsString('handspring_requests_total');
    await app.close();
    expect(text).to.match(/route="img2vec",modality="image",outcome="ok"\} 1/);
    expect(text).to.match(/route="text2vec",modality="text",outcome="ok"\} 1/);
    expect(text).to.match(/route="text2vec",modality="none",outcome="invalid_request"\} 1/);
  });
});
