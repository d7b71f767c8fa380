import { testRows } from './rows.js';
import type { Row } from './rows.js';

const IMAGE = Buffer.from('GIF').toString('base64');
const DATA = `data:image/png;base64,${IMAGE}`;
const text = (text: unknown) => ({ content: [{ type: 'text', text }] });
const image = (url: unknown) => ({ content: [{ type: 'image_url', image_url: { url } }] });
const LONG = 'a longer text';

const REFUSALS: readonly Row[] = [
  {
    title: 'no body',
    body: '',
    status: 400,
    told: /^body: expected a JSON object with "texts", received nothing$/,
  },
  { title: 'broken JSON', body: '{"texts"', status: 400, told: /^body: expected JSON such as/ },
  {
    title: 'none of the three',
    body: {},
    status: 400,
    told: /^body: expected one of "texts", "images" and "inputs", received none of them$/,
  },
  {
    title: 'two of them',
    body: { texts: ['a'], images: [DATA] },
    status: 400,
    told: /received texts and images$/,
  },
  { title: 'no texts', body: { texts: [] }, status: 400, told: /^texts: .* an empty list$/ },
  {
    title: 'a text in place of texts',
    body: { texts: 'a' },
    status: 400,
    told: /^texts: expected a list of texts, received a string$/,
  },
  {
    title: 'what is no text',
    body: { texts: ['a', 1] },
    status: 400,
    told: /^texts\[1\]: expected a text, received a number$/,
  },
  {
    title: 'the ids of tokens',
    body: { texts: [[1, 2]] },
    status: 400,
    told: /^texts: expected texts, received the ids/,
  },
  {
    title: 'no images',
    body: { images: [] },
    status: 400,
    told: /^images: expected at least one, received an empty list$/,
  },
  {
    title: 'what is no image',
    body: { images: [{}] },
    status: 400,
    told: /^images\[0\]: expected an image as a data: URI, received an object$/,
  },
  {
    title: 'an image that is no base64',
    body: { images: ['data:image/png;base64,GIF!'] },
    status: 422,
    told: /^images\[0\]: expected an image as base64, received "!"/,
  },
  {
    title: 'an address where they are off',
    body: { images: ['https://photos.test/'] },
    status: 400,
    told: /^images\[0\]: .*\(IMAGE_URLS\)$/,
  },
  {
    title: 'an address of an input',
    body: { inputs: [image('http://photos.test/')] },
    status: 400,
    told: /^inputs\[0\]\.content\[0\]\.image_url\.url: .*\(IMAGE_URLS\)$/,
  },
  {
    title: 'an input that is none',
    body: { inputs: ['a'] },
    status: 400,
    told: /^inputs\[0\]: expected an object with "content", received a string$/,
  },
  {
    title: 'an input without parts',
    body: { inputs: [{ content: [] }] },
    status: 400,
    told: /^inputs\[0\]\.content: expected at least one/,
  },
  {
    title: 'an input of two parts',
    body: { inputs: [{ content: [...text('a').content, ...image(DATA).content] }] },
    status: 400,
    told: /^inputs\[0\]\.content: expected one text or one image, as the model has no vector for several together, received 2 parts$/,
  },
  {
    title: 'a part of another kind',
    body: { inputs: [{ content: [{ type: 'audio' }] }] },
    status: 400,
    told: /^inputs\[0\]\.content\[0\]\.type: expected "text" or "image_url", received "audio"$/,
  },
  {
    title: 'a part without its text',
    body: { inputs: [text(1)] },
    status: 400,
    told: /^inputs\[0\]\.content\[0\]\.text: expected a text, received a number$/,
  },
  {
    title: 'a part without its address',
    body: { inputs: [{ content: [{ type: 'image_url' }] }] },
    status: 400,
    told: /image_url: expected an object with "url", received nothing$/,
  },
  ...['int8', 'uint8', 'binary', 'ubinary', 'toString'].map((type) => ({
    title: `embedding_types ${type}`,
    body: { texts: ['a'], embedding_types: ['float', type] },
    status: 400,
    told: new RegExp(`^embedding_types: expected a list of "float" and "base64", received "${type}"$`),
  })),
  {
    title: 'embedding_types that is no list',
    body: { texts: ['a'], embedding_types: 'float' },
    status: 400,
    told: /^embedding_types: .* a string$/,
  },
  {
    title: 'truncate START',
    body: { texts: ['a'], truncate: 'START' },
    status: 400,
    told: /^truncate: expected "END" or "NONE", received "START"$/,
  },
  {
    title: 'a long text for truncate NONE',
    body: { texts: ['a', LONG], truncate: 'NONE' },
    status: 422,
    told: /^texts\[1\]: expected at most 10 tokens$/,
  },
  {
    title: 'max_tokens',
    body: { texts: ['a'], max_tokens: 3 },
    status: 400,
    told: /^max_tokens: expected none/,
  },
  {
    title: 'an output_dimension that it has not',
    body: { texts: ['a'], output_dimension: 1536 },
    status: 400,
    told: /^output_dimension: expected 2 or 3/,
  },
  {
    title: 'another model',
    body: { texts: ['a'], model: 'embed-v4.0' },
    status: 404,
    told: /^model: expected "fake", .* received "embed-v4\.0"/,
  },
  {
    title: 'too many texts',
    body: { texts: Array<string>(17).fill('a') },
    status: 413,
    told: /^texts: expected at most 16 texts \(MAX_TEXTS\), received 17$/,
  },
  {
    title: 'too many images',
    body: { images: Array<string>(9).fill(DATA) },
    status: 413,
    told: /^images: expected at most 8 images \(MAX_ITEMS\), received 9$/,
  },
];

describe("Cohere's contract refuses", () => {
  testRows('/v2/embed', REFUSALS, (failure) => (failure as { message: string }).message);
});
