import { testRows, unit } from './rows.js';
import type { Row } from './rows.js';

const IMAGE = Buffer.from('GIF').toString('base64');
const text = (data: unknown, more: object = {}) => ({
  data,
  data_type: 'text',
  model: 'fake',
  options: null,
  ...more,
});
const image = (data: unknown) => ({ data, data_type: 'image', model: 'fake', options: null });
const ask = (...inputs: readonly unknown[]) => ({ inputs, inference: 'update', token: null });
const answer = (embeddings: readonly number[][], tokens: number) => ({
  embeddings,
  usage: { models: { fake: { tokens } } },
});

const ROWS: readonly Row[] = [
  {
    title: 'texts and images in their order',
    body: ask(text('a cat'), image(IMAGE), text('a cat')),
    answer: answer([unit(5, 'a'), unit(3, 'G'), unit(5, 'a')], 10),
  },
  {
    title: 'an image as a data URI',
    body: ask(image(`data:image/gif;base64,${IMAGE}`)),
    answer: answer([unit(3, 'G')], 0),
  },
  { title: 'nothing for nothing', body: ask(), answer: answer([], 0) },
  {
    title: 'options that are empty',
    body: ask(text('a', { options: {} })),
    answer: answer([unit(1, 'a')], 1),
  },
  {
    title: 'a refusal of options',
    body: ask(text('a'), text('b', { options: { size: 3 } })),
    status: 400,
    told: /^inputs\[1\]\.options: expected none, received an object$/,
  },
  {
    title: 'a refusal of an address where they are off',
    body: ask(image('https://photos.test/')),
    status: 400,
    told: /^inputs\[0\]\.data: .*\(IMAGE_URLS\)$/,
  },
  {
    title: 'a refusal of objects',
    body: ask(text({ a: 1 }, { data_type: 'object' })),
    status: 400,
    told: /^inputs\[0\]\.data_type: expected "text" or "image", received "object"$/,
  },
  {
    title: 'a refusal of data that is no string',
    body: ask(text(1)),
    status: 400,
    told: /^inputs\[0\]\.data: expected a string, received a number$/,
  },
  {
    title: 'a refusal of what is no input',
    body: ask('a'),
    status: 400,
    told: /^inputs\[0\]: expected an object with "data" and "data_type"/,
  },
  {
    title: 'a refusal of no inputs',
    body: {},
    status: 400,
    told: /^inputs: expected a list, received nothing$/,
  },
  {
    title: 'a refusal of another model',
    body: ask(text('a', { model: 'bm25' })),
    status: 404,
    told: /^model: expected "fake"/,
  },
  {
    title: 'a refusal of too many images',
    body: ask(...Array.from({ length: 9 }, () => image(IMAGE))),
    status: 413,
    told: /at most 8 images \(MAX_ITEMS\), received 9$/,
  },
];

describe('the contract of Qdrant’s inference answers', () => {
  testRows('/qdrant/infer', ROWS, (failure) => (failure as { error: string }).error);
});
