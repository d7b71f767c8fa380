import { expect } from 'chai';
import { startTestApp } from '../../support/app.js';
import { testRows, unit } from './rows.js';
import type { Row } from './rows.js';

const LONG = 'a longer text';

const ANSWERS: readonly Row[] = [
  { title: 'answers a text with a list of one vector', body: { inputs: 'a cat' }, answer: [unit(5, 'a')] },
  {
    title: 'answers texts in their order, duplicates kept, an empty one too',
    body: { inputs: ['b', 'a cat', 'b', ''] },
    answer: [unit(1, 'b'), unit(5, 'a'), unit(1, 'b'), unit(0, '\0')],
  },
  {
    title: 'answers what Weaviate sends, and any content type or none',
    body: { inputs: ['Hug a', 'Hug b'], options: { use_cache: true } },
    headers: { 'content-type': '' },
    answer: [unit(5, 'H'), unit(5, 'H')],
  },
  {
    title: 'answers with a slash at its end, and one doubled at its start, as addresses are put together',
    path: '//embed/',
    body: { inputs: ['a'] },
    answer: [unit(1, 'a')],
  },
  {
    title: 'gives vectors as the model does where they are not to be normalised',
    body: { inputs: ['a'], normalize: false },
    answer: [[1, 97, 0.1]],
  },
  { title: 'normalises for null', body: { inputs: ['a'], normalize: null }, answer: [unit(1, 'a')] },
  { title: 'gives shorter vectors', body: { inputs: ['ab'], dimensions: 2 }, answer: [unit(2, 'a', 2)] },
  {
    title: 'gives shorter vectors as they are',
    body: { inputs: ['ab'], dimensions: 2, normalize: false },
    answer: [[2, 97]],
  },
  ...[true, null, undefined].map((truncate) => ({
    title: `cuts a long text for truncate ${truncate}`,
    body: { inputs: [LONG], truncate },
    answer: [unit(13, 'a')],
  })),
  ...['right', 'Right', null].map((direction) => ({
    title: `cuts at its end for truncation_direction ${direction}`,
    body: { inputs: ['a'], truncation_direction: direction, prompt_name: null },
    answer: [unit(1, 'a')],
  })),
];

const REFUSALS: readonly Row[] = [
  {
    title: 'refuses nothing',
    body: '',
    status: 400,
    told: /^body: expected a JSON object with "inputs", received nothing$/,
  },
  { title: 'refuses a list', body: [], status: 400, told: /received a list$/ },
  {
    title: 'refuses broken JSON',
    body: '{"inputs":',
    status: 400,
    told: /^body: expected JSON such as \{"inputs":\["a cat"\]\}$/,
  },
  {
    title: 'refuses no inputs',
    body: {},
    status: 400,
    told: /^inputs: expected a text or a list of texts, received nothing$/,
  },
  { title: 'refuses an empty list', body: { inputs: [] }, status: 400, told: /^inputs: .* an empty list$/ },
  {
    title: 'refuses an object',
    body: { inputs: { text: 'a' } },
    status: 400,
    told: /^inputs: .* an object$/,
  },
  {
    title: 'refuses what is no text, by its place',
    body: { inputs: ['a', ['b', 'c']] },
    status: 400,
    told: /^inputs\[1\]: expected a text, received a list$/,
  },
  ...[
    [1, 2],
    [[1, 2], [3]],
  ].map((inputs) => ({
    title: `refuses the ids of tokens: ${JSON.stringify(inputs)}`,
    body: { inputs },
    status: 400,
    told: /^inputs: expected texts, received the ids of their tokens/,
  })),
  {
    title: 'refuses more ids than it may have values, for what they are',
    body: { inputs: Array.from({ length: 1800 }, () => 1) },
    status: 400,
    told: /^inputs: expected texts, received the ids/,
  },
  {
    title: 'refuses a long text where it is not to be cut',
    body: { inputs: ['a', LONG], truncate: false },
    status: 422,
    told: /^inputs\[1\]: expected at most 10 tokens$/,
  },
  {
    title: 'refuses truncate that is no boolean',
    body: { inputs: 'a', truncate: 'END' },
    status: 400,
    told: /^truncate: expected true or false, received a string$/,
  },
  {
    title: 'refuses normalize that is no boolean',
    body: { inputs: 'a', normalize: 1 },
    status: 400,
    told: /^normalize: expected true or false/,
  },
  ...['left', 'Left', 1].map((direction) => ({
    title: `refuses truncation_direction ${direction}`,
    body: { inputs: 'a', truncation_direction: direction },
    status: 400,
    told: /^truncation_direction: expected "right", received /,
  })),
  {
    title: 'refuses a prompt',
    body: { inputs: 'a', prompt_name: 'query' },
    status: 400,
    told: /^prompt_name: expected none/,
  },
  {
    title: 'refuses more numbers than there are',
    body: { inputs: 'a', dimensions: 4 },
    status: 400,
    told: /^dimensions: expected 2 or 3/,
  },
  {
    title: 'refuses too many texts',
    body: { inputs: Array<string>(17).fill('a') },
    status: 413,
    told: /^inputs: expected at most 16 texts \(MAX_TEXTS\), received 17$/,
  },
];

describe("the contract of Hugging Face's text-embeddings-inference", () => {
  testRows('/embed', ANSWERS, () => undefined);
  testRows('/embed', REFUSALS, (failure) => (failure as { error: string }).error);

  it('takes as many texts as MAX_TEXTS says', async () => {
    const app = await startTestApp();
    const body = JSON.stringify({ inputs: Array<string>(16).fill('a') });
    const response = await fetch(`${app.url}/embed`, { method: 'POST', body });
    expect(await response.json()).to.have.length(16);
    await app.close();
  });

  it('says what was cut', async () => {
    const app = await startTestApp({
      embedder: {
        embed: () =>
          Promise.resolve({
            vectors: [],
            truncated: [1, 3],
            tokens: 0,
            timings: { prepareMs: 0, queueMs: 0, encodeMs: 0 },
          }),
      },
    });
    const response = await fetch(`${app.url}/embed`, {
      method: 'POST',
      body: '{"inputs":["a","b","c","d"]}',
    });
    expect(response.headers.get('handspring-truncated-texts')).to.equal('1,3');
    await app.close();
  });

  it('fails with its words for what went wrong, before a body is read too', async () => {
    const app = await startTestApp({ lifecycle: { phase: () => 'starting' } });
    const post = await fetch(`${app.url}/embed`, { method: 'POST', body: '{}' });
    expect([post.status, await post.json()]).to.deep.equal([
      503,
      { error: 'the model is being loaded; try again', error_type: 'Unhealthy', code: 'not_ready' },
    ]);
    const get = await fetch(`${app.url}/embed`);
    expect([get.status, await get.json()]).to.deep.equal([
      405,
      {
        error: '/embed: expected POST, received GET',
        error_type: 'Validation',
        code: 'method_not_allowed',
      },
    ]);
    await app.close();
  });
});
