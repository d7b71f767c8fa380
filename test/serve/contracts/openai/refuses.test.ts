import { expect } from 'chai';
import { DATA_URI, IMAGE, OpenaiClient, serving } from './client.js';
import type { Failure } from './client.js';

const A_LIST = 'expected a text, or a list of texts and images';
const ENCODINGS = 'expected "float" or "base64"';
const LENGTHS = 'expected 2 or 3, the length of the vectors of fake';
const FETCHED =
  'expected an image as base64 or as a data: URI, received an address, which this service does not fetch (IMAGE_URLS)';

/** What is wrong, the body, the message without the key that it begins with, and that key. */
const INVALID: readonly (readonly [string, unknown, string, string?])[] = [
  ['no input', {}, `${A_LIST}, received nothing`],
  ['null', { input: null }, `${A_LIST}, received null`],
  ['a number', '{"input":1e999}', `${A_LIST}, received a number`],
  ['a boolean', { input: true }, `${A_LIST}, received a boolean`],
  ['an object', { input: { text: 'a' } }, `${A_LIST}, received an object`],
  ['an empty list', { input: [] }, `${A_LIST}, received an empty list`],
  ['a number among texts', { input: ['a', 1] }, '[1]: expected text or an image, received a number'],
  ['null among texts', { input: ['a', null] }, '[1]: expected text or an image, received null'],
  ['a list among texts', { input: ['a', [1]] }, '[1]: expected text or an image, received a list'],
  [
    'an object with both',
    { input: [{ text: 'a', image: IMAGE }] },
    '[0]: expected an object with either "text", "image" or "audio", received one with text and image',
  ],
  [
    'an object with neither',
    { input: ['a', { url: 'x' }] },
    '[1]: expected an object with either "text", "image" or "audio", received one with none of them',
  ],
  ['a text that is none', { input: [{ text: 1 }] }, '[0].text: expected a string, received a number'],
  [
    'an image that is none',
    { input: [{ image: { url: 1 } }] },
    '[0].image: expected a string, or an object with its "url", received a number',
  ],
  ['a sound that is none', { input: [{ audio: 1 }] }, '[0].audio: expected a string, received a number'],
  [
    'another modality',
    { input: 'a', modality: 'audio' },
    'expected "text" or "image", received another one',
    'modality',
  ],
  [
    'a number as modality',
    { input: 'a', modality: 1 },
    'expected "text" or "image", received a number',
    'modality',
  ],
  [
    'another encoding',
    { input: 'a', encoding_format: 'int8' },
    `${ENCODINGS}, received another one`,
    'encoding_format',
  ],
  [
    'a number as encoding',
    { input: 'a', encoding_format: 1 },
    `${ENCODINGS}, received a number`,
    'encoding_format',
  ],
  [
    "another of Jina's",
    { input: 'a', embedding_type: 'ubinary' },
    `${ENCODINGS}, received another one`,
    'embedding_type',
  ],
  [
    'several vectors of one item',
    { input: 'a', return_multivector: true },
    'expected false: an item has one vector, received true',
    'return_multivector',
  ],
  ['a model that is no name', { input: 'a', model: 7 }, 'expected its name, received a number', 'model'],
  ['more dimensions', { input: 'a', dimensions: 1536 }, `${LENGTHS}, received 1536`, 'dimensions'],
  [
    'dimensions that it was not trained for',
    { input: 'a', dimensions: 1 },
    `${LENGTHS}, received 1`,
    'dimensions',
  ],
  [
    'dimensions without end',
    '{"input":"a","dimensions":1e999}',
    `${LENGTHS}, received Infinity`,
    'dimensions',
  ],
  [
    'dimensions that are none',
    { input: 'a', dimensions: '3' },
    `${LENGTHS}, received a string`,
    'dimensions',
  ],
];

/** What is wrong, the body, the whole message, its code, the status and the key. */
const OTHERS: readonly (readonly [string, unknown, string, string, number, string | null])[] = [
  [
    'no body',
    '',
    'body: expected a JSON object with "input", received nothing',
    'invalid_request',
    400,
    null,
  ],
  [
    'a list as a body',
    [],
    'body: expected a JSON object with "input", received a list',
    'invalid_request',
    400,
    null,
  ],
  [
    'no JSON',
    '{"input":NaN}',
    'body: expected JSON such as {"input":["a cat"]}',
    'invalid_request',
    400,
    null,
  ],
  [
    'too many levels',
    '['.repeat(99),
    'body: expected JSON of at most 32 levels, received more',
    'invalid_request',
    400,
    null,
  ],
  [
    'too many values',
    { input: Array(1300).fill({}) },
    'body: expected at most 1184 values in its JSON, which MAX_TEXTS sets, received more',
    'payload_too_large',
    413,
    null,
  ],
  [
    'too many texts',
    { input: Array(17).fill('a') },
    'input: expected at most 16 texts (MAX_TEXTS), received 17',
    'payload_too_large',
    413,
    'input',
  ],
  [
    'too many images',
    { input: Array(9).fill(DATA_URI) },
    'input: expected at most 8 images (MAX_ITEMS), received 9',
    'payload_too_large',
    413,
    'input',
  ],
  [
    'too many sounds among them',
    { input: [DATA_URI, ...Array<object>(8).fill({ audio: IMAGE })] },
    'input: expected at most 8 images and sounds (MAX_ITEMS), received 9',
    'payload_too_large',
    413,
    'input',
  ],
  [
    'a sound in broken base64',
    { input: ['a', { audio: 'a!b' }] },
    'input[1]: expected a sound as base64, received "!" at position 1',
    'invalid_media',
    422,
    'input',
  ],
  [
    'broken base64',
    { input: ['a', { image: 'a!b' }] },
    'input[1]: expected an image as base64, received "!" at position 1',
    'invalid_image',
    422,
    'input',
  ],
  [
    'an address',
    { input: [{ image: 'https://example.org/a.png' }] },
    `input[0]: ${FETCHED}`,
    'image_urls_off',
    400,
    'input',
  ],
  [
    'one in an object',
    { input: [{ image: { url: 'http://127.0.0.1/' } }] },
    `input[0]: ${FETCHED}`,
    'image_urls_off',
    400,
    'input',
  ],
  [
    'one where all are images',
    { input: [IMAGE, 'file:///etc/passwd'], modality: 'image' },
    `input[1]: ${FETCHED}`,
    'image_urls_off',
    400,
    'input',
  ],
  [
    "another model, with its own dimensions, as clients' defaults for both go together",
    { input: 'a', model: 'text-embedding-3-small', dimensions: 1536 },
    'model: expected "fake" or "clip", whose vectors have 3 dimensions, received "text-embedding-3-small"; MODEL_ALIASES gives it further names',
    'model_not_found',
    404,
    'model',
  ],
];

describe("OpenAI's contract refuses", () => {
  const client = new OpenaiClient();

  const rows = [
    ...INVALID.map(([what, body, words, param = 'input']) => {
      const message = words.startsWith('[') ? `${param}${words}` : `${param}: ${words}`;
      return [what, body, message, 'invalid_request', 400, param] as const;
    }),
    ...OTHERS,
  ];
  for (const [what, body, message, code, status, param] of rows) {
    it(what, async () => {
      const answer = await client.post<Failure>(body, serving({ aliases: ['clip'] }));
      const error = { message, type: 'invalid_request_error', param, code };
      expect(answer.body).to.deep.equal({ error, detail: message, message, title: message });
      expect(answer.status).to.equal(status);
    });
  }

  for (const [what, ids] of [
    ['of one text', [1, 2, 3]],
    ['of several', [[1], [2, 3]]],
    ['of more than a body may have values', [Array(900).fill(1), Array(900).fill(2)]],
  ] as const) {
    it(`the ids of tokens ${what}, and says the cure`, async () => {
      const { status, body } = await client.post<Failure>({ input: ids, model: 'fake' });
      expect([status, body.error.code]).to.deep.equal([400, 'token_ids_not_supported']);
      expect(body.error.param).to.equal('input');
      expect(body.message).to.include('check_embedding_ctx_length=False');
    });
  }

  it('a conversation, and says what to send', async () => {
    const { status, body } = await client.post<Failure>({ messages: [{ role: 'user', content: 'a' }] });
    expect([status, body.error.param]).to.deep.equal([400, 'messages']);
    expect(body.message).to.include('expected "input" in its place');
  });
});
