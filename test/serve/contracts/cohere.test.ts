import { expect } from 'chai';
import { FAKE_MODEL, startTestApp } from '../../support/app.js';
import { asFloat32, fromBase64, unit } from './rows.js';

const IMAGE = Buffer.from('GIF').toString('base64');
const DATA = `data:image/png;base64,${IMAGE}`;
const text = (text: unknown) => ({ content: [{ type: 'text', text }] });
const image = (url: unknown) => ({ content: [{ type: 'image_url', image_url: { url } }] });
const LONG = 'a longer text';

interface Case {
  readonly title: string;
  readonly body: object;
  readonly embeddings: object;
  readonly texts?: readonly string[];
  readonly billed: object;
}

const ANSWERS: readonly Case[] = [
  {
    title: 'texts, which it echoes',
    body: {
      model: 'fake',
      input_type: 'search_document',
      texts: ['a cat', 'bus'],
      embedding_types: ['float'],
      truncate: 'END',
    },
    embeddings: { float: [unit(5, 'a'), unit(3, 'b')] },
    texts: ['a cat', 'bus'],
    billed: { input_tokens: 8 },
  },
  {
    title: 'an image as Weaviate sends it, under any type',
    body: { input_type: 'image', images: [DATA] },
    embeddings: { float: [unit(3, 'G')] },
    billed: { input_tokens: 0, images: 1 },
  },
  {
    title: 'inputs of both kinds, in their order',
    body: { inputs: [image(DATA), text('a cat'), image(IMAGE)] },
    embeddings: { float: [unit(3, 'G'), unit(5, 'a'), unit(3, 'G')] },
    billed: { input_tokens: 5, images: 2 },
  },
  {
    title: 'nulls as absent keys, and keys that are not known',
    body: {
      texts: ['a'],
      images: null,
      inputs: null,
      embedding_types: null,
      output_dimension: null,
      truncate: null,
      model: null,
      priority: 3,
    },
    embeddings: { float: [unit(1, 'a')] },
    texts: ['a'],
    billed: { input_tokens: 1 },
  },
  {
    title: 'shorter vectors, of length 1',
    body: { texts: ['a'], output_dimension: 2 },
    embeddings: { float: [unit(1, 'a', 2)] },
    texts: ['a'],
    billed: { input_tokens: 1 },
  },
  {
    title: 'a long text cut',
    body: { texts: [LONG] },
    embeddings: { float: [unit(13, 'a')] },
    texts: [LONG],
    billed: { input_tokens: 13 },
  },
];

describe("Cohere's contract", () => {
  for (const { title, body, embeddings, texts, billed } of ANSWERS) {
    it(`answers ${title}`, async () => {
      const app = await startTestApp();
      const response = await fetch(`${app.url}/v2/embed`, { method: 'POST', body: JSON.stringify(body) });
      const { id, ...answer } = (await response.json()) as Record<string, unknown>;
      expect(id).to.match(/^[\da-f-]{36}$/);
      expect(asFloat32(answer)).to.deep.equal({
        embeddings,
        ...(texts && { texts }),
        meta: { api_version: { version: '2' }, billed_units: billed },
        response_type: 'embeddings_by_type',
      });
      await app.close();
    });
  }

  it('gives base64 beside numbers, and the same ones', async () => {
    const app = await startTestApp();
    const body = JSON.stringify({ texts: ['a cat'], embedding_types: ['base64', 'float', 'base64'] });
    const response = await fetch(`${app.url}/v2/embed`, { method: 'POST', body });
    const { embeddings } = (await response.json()) as { embeddings: { base64: string[]; float: number[][] } };
    expect(fromBase64(embeddings.base64[0]!)).to.deep.equal(embeddings.float[0]!.map(Math.fround));
    await app.close();
  });

  it('knows its model by its aliases', async () => {
    const app = await startTestApp({ model: () => ({ ...FAKE_MODEL, aliases: ['embed-v4.0'] }) });
    const body = JSON.stringify({ texts: ['a'], model: 'embed-v4.0' });
    expect((await fetch(`${app.url}/v2/embed`, { method: 'POST', body })).status).to.equal(200);
    await app.close();
  });

  it('fails in its form where no route has read anything', async () => {
    const app = await startTestApp();
    const response = await fetch(`${app.url}/v2/nothing`);
    expect(response.status).to.equal(404);
    expect(await response.json())
      .to.include({ code: 'not_found' })
      .and.to.have.keys('message', 'code');
    await app.close();
  });
});
