import { expect } from 'chai';
import type { Item } from '../../../src/core/embedder.js';
import { FAKE_MODEL, fakeEmbedder, startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

const PROMPTS = { query: 'find: ', passage: 'keep: ', clustering: 'group: ' };

describe('a model that has prompts', () => {
  let app: TestApp;
  let embedded: readonly Item[];
  const start = async (prompts?: Readonly<Record<string, string>>) => {
    app = await startTestApp({
      model: () => ({ ...FAKE_MODEL, ...(prompts && { prompts }) }),
      embedder: {
        embed: (items, options) => {
          embedded = items;
          return fakeEmbedder.embed(items, options);
        },
      },
    });
  };
  afterEach(() => app.close());

  const post = async (path: string, body: object) => {
    const response = await fetch(app.url + path, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  /** What the tower was given. */
  const given = async (path: string, body: object) => {
    expect((await post(path, body)).status, JSON.stringify(body)).to.equal(200);
    return embedded.map(({ content, prompt = '' }) => prompt + (content as string));
  };
  const vectors = (config: object | null) => given('/vectors', { text: 'a cat', config });
  const cohere = (input_type: string) => given('/v2/embed', { texts: ['a cat'], input_type });

  it('has them before texts by what the text is embedded for', async () => {
    await start(PROMPTS);
    expect(await vectors({ task_type: 'query' })).to.deep.equal(['find: a cat']);
    expect(await vectors({ task_type: 'passage' })).to.deep.equal(['keep: a cat']);
    expect(await cohere('search_query')).to.deep.equal(['find: a cat']);
    expect(await cohere('search_document')).to.deep.equal(['keep: a cat']);
    expect(await given('/embed', { inputs: ['a', 'b'], prompt_name: 'clustering' })).to.deep.equal([
      ...['group: a', 'group: b'],
    ]);
  });

  it('takes the first of the names that a role has', async () => {
    await start({ corpus: 'c: ', document: 'd: ' });
    expect(await vectors({ task_type: 'passage' })).to.deep.equal(['d: a cat']);
    expect(await vectors({ task_type: 'query' })).to.deep.equal(['a cat']);
  });

  it('has none where no role is told, or one that has none', async () => {
    await start(PROMPTS);
    for (const config of [null, {}, { task_type: 'constructor' }, { task_type: 7 }])
      expect(await vectors(config)).to.deep.equal(['a cat']);
    expect(await cohere('classification')).to.deep.equal(['a cat']);
    expect(await cohere('constructor')).to.deep.equal(['a cat']);
    expect(await given('/embed', { inputs: 'a cat' })).to.deep.equal(['a cat']);
    expect(await given('/vectorize', { texts: ['a cat'] })).to.deep.equal(['a cat']);
  });

  it('leaves its default to the tower where nothing is named, and says so where a prompt is empty', async () => {
    await start({ ...PROMPTS, passage: '' });
    for (const [path, body] of [
      ['/vectors', { text: 'a cat' }],
      ['/vectors', { text: 'a cat', config: { task_type: 'passages' } }],
      ['/embed', { inputs: 'a cat' }],
      ['/v2/embed', { texts: ['a cat'], input_type: 'classification' }],
      ['/v1/embeddings', { input: 'a cat' }],
      ['/vectorize', { texts: ['a cat'] }],
    ] as const) {
      await given(path, body);
      expect(embedded.map(({ prompt }) => prompt)).to.deep.equal([undefined]);
    }
    await vectors({ task_type: 'passage' });
    expect(embedded.map(({ prompt }) => prompt)).to.deep.equal(['']);
  });

  it('gives back texts as they were sent', async () => {
    await start(PROMPTS);
    const { body } = await post('/vectors', { text: 'a cat', config: { task_type: 'query' } });
    expect(body).to.include({ text: 'a cat' });
    const echoed = await post('/v2/embed', { texts: ['a cat'], input_type: 'search_query' });
    expect(echoed.body['texts']).to.deep.equal(['a cat']);
  });

  it('refuses a prompt that it does not have by the names of those it has', async () => {
    await start(PROMPTS);
    for (const name of ['nope', 'constructor', 7]) {
      const { status, body } = await post('/embed', { inputs: 'a', prompt_name: name });
      expect(status).to.equal(400);
      expect(body['error']).to.match(/^prompt_name: expected "query" or "passage" or "clustering", received/);
    }
  });
});
