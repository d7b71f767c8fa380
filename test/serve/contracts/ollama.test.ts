import { testRows, unit } from './rows.js';
import type { Row } from './rows.js';

const answer = (embeddings: readonly number[][], tokens: number) => ({
  model: 'fake',
  embeddings,
  total_duration: 6_000_000,
  load_duration: 0,
  prompt_eval_count: tokens,
});
const LONG = 'a longer text';

const ROWS: readonly Row[] = [
  { title: 'a text', body: { model: 'fake', input: 'a cat' }, answer: answer([unit(5, 'a')], 5) },
  {
    title: 'what Weaviate sends',
    body: { model: 'fake', input: ['b', 'a cat', ''] },
    answer: answer([unit(1, 'b'), unit(5, 'a'), unit(0, '\0')], 6),
  },
  {
    title: 'a model with the tag for none',
    body: { model: 'fake:latest', input: 'a' },
    answer: answer([unit(1, 'a')], 1),
  },
  ...['', null, undefined, []].map((input) => ({
    title: `no vectors for ${JSON.stringify(input)}`,
    body: { model: 'fake', input },
    answer: answer([], 0),
  })),
  { title: 'shorter vectors', body: { input: 'a', dimensions: 2 }, answer: answer([unit(1, 'a', 2)], 1) },
  {
    title: 'all of them for 0 dimensions',
    body: { input: 'a', dimensions: 0 },
    answer: answer([unit(1, 'a')], 1),
  },
  {
    title: 'a long text, cut',
    body: { input: LONG, truncate: true, keep_alive: '5m', options: {} },
    answer: answer([unit(13, 'a')], 13),
  },
  {
    title: 'a refusal of a long text that is not to be cut',
    body: { input: LONG, truncate: false },
    status: 422,
    told: /^input: expected at most 10 tokens$/,
  },
  {
    title: 'a refusal of another model',
    body: { model: 'nomic-embed-text', input: 'a' },
    status: 404,
    told: /^model: expected "fake"/,
  },
  {
    title: 'a refusal of another tag',
    body: { model: 'fake:v2', input: 'a' },
    status: 404,
    told: /^model: /,
  },
  {
    title: 'a refusal of a number',
    body: { input: 1 },
    status: 400,
    told: /^input: expected a text or a list of texts, received a number$/,
  },
  {
    title: 'a refusal of what is no text',
    body: { input: ['a', null] },
    status: 400,
    told: /^input\[1\]: expected a text, received null$/,
  },
  {
    title: 'a refusal of the ids of tokens',
    body: { input: [1, 2] },
    status: 400,
    told: /^input: expected texts, received the ids/,
  },
  {
    title: 'a refusal of truncate that is no boolean',
    body: { input: 'a', truncate: 1 },
    status: 400,
    told: /^truncate: expected true or false/,
  },
  {
    title: 'a refusal of no body',
    body: '',
    status: 400,
    told: /^body: expected a JSON object with "input"/,
  },
];

describe("Ollama's contract answers", () => {
  testRows('/api/embed', ROWS, (failure) => (failure as { error: string }).error);
});
