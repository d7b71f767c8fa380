import { gzipSync } from 'node:zlib';
import { oneOf, pick } from './mutate.js';

/** A body with the headers that belong to it. */
export interface FuzzBody {
  readonly bytes: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Where it is sent; `/vectorize` unless given. */
  readonly path?: string;
}

/** Whole bodies that are right, to be mutated byte by byte. */
export function rightBodies(image: Buffer): Buffer[] {
  const base64 = image.toString('base64');
  return [
    { texts: ['a cat', 'два', '', '\u{1F600}'], images: [base64] },
    { texts: ['a photo of a dog'], images: null },
    { images: [`data:image/png;base64,${base64}`, base64] },
    { texts: [], images: [], unknown: { nested: [1, 2, { three: null }] } },
  ].map((body) => Buffer.from(JSON.stringify(body)));
}

/** The same for `/v1/embeddings`. */
export function rightEmbeddings(image: Buffer): Buffer[] {
  const uri = `data:image/png;base64,${image.toString('base64')}`;
  return [
    { input: ['a cat', '', 'два', '\u{1F600}'], encoding_format: 'base64', user: 'x' },
    { input: 'a photo of a dog', model: 'clip', dimensions: 0 },
    { input: [{ text: 'a cat' }, { image: uri }, uri, { image: { url: uri } }], encoding_format: 'float' },
    { input: [uri], modality: 'image', embedding_type: 'float' },
  ].map((body) => Buffer.from(JSON.stringify(body)));
}

const NUMBERS = ['1e999', '-1e999', '9'.repeat(400), '-0', '1e-400', '0x1', '01', 'NaN', 'Infinity'];
const VALUES = [
  'null',
  'true',
  '{}',
  '[]',
  '[[]]',
  '""',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '{"length":1}',
];
const KEYS = ['texts', 'images', '__proto__', 'constructor', 'toString', 'length', ''];

/** Bodies that are wrong, or odd, in their structure; each is one text of JSON or nearly so. */
const MAKERS: readonly ((random: () => number) => string)[] = [
  (random) => `{"texts":[${value(random)}],"images":[${value(random)}]}`,
  (random) =>
    `{${Array.from({ length: 1 + pick(random, 6) }, () => `"${oneOf(random, KEYS)}":${value(random)}`).join()}}`,
  (random) => `{"texts":["a"],"texts":${value(random)},"texts":["b"]}`,
  (random) => nested('[', ']', 1 + pick(random, 20_000)),
  (random) => `{"texts":${nested('[', ']', 1 + pick(random, 5000))}}`,
  (random) => `{"texts":["a"],"x":${nested('{"x":', '}', 1 + pick(random, 5000))}}`,
  (random) => '['.repeat(1 + pick(random, 50_000)),
  (random) => `{"texts":["${'\\ud800'.repeat(1 + pick(random, 500))}"]}`,
  (random) => `{"texts":["${String.fromCharCode(pick(random, 0x3000)).repeat(pick(random, 2000))}"]}`,
  (random) => JSON.stringify({ texts: Array.from({ length: pick(random, 400) }, (_, at) => String(at)) }),
  (random) => JSON.stringify({ images: ['A'.repeat(pick(random, 2000)), '='.repeat(pick(random, 9))] }),
  (random) => `\uFEFF{"texts":${value(random)}}`,
  (random) => oneOf(random, [...NUMBERS, ...VALUES]),
];

function value(random: () => number): string {
  return oneOf(random, [oneOf(random, NUMBERS), oneOf(random, VALUES), '["a"]', '"a"']);
}

function nested(open: string, close: string, depth: number): string {
  return `${open.repeat(depth)}${open === '[' ? '' : '1'}${close.repeat(depth)}`;
}

const HEADERS: readonly Record<string, string>[] = [
  {},
  {},
  {},
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-type': 'application/json; charset=utf-7' },
  { 'content-type': 'multipart/form-data; boundary=x' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'deflate' },
  { 'content-encoding': 'br' },
  { 'content-encoding': 'gzip, gzip' },
];

const FIELDS = [
  'input',
  'model',
  'encoding_format',
  'dimensions',
  'modality',
  'embedding_type',
  '__proto__',
  'messages',
];

/** Bodies of `/v1/embeddings` that are wrong, or odd, in their structure. */
const EMBEDDINGS_MAKERS: readonly ((random: () => number) => string)[] = [
  (random) => `{"input":${value(random)},"dimensions":${value(random)},"model":${value(random)}}`,
  (random) =>
    `{${Array.from({ length: 1 + pick(random, 6) }, () => `"${oneOf(random, FIELDS)}":${value(random)}`).join()}}`,
  (random) => `{"input":"a","input":${value(random)},"encoding_format":"base64"}`,
  (random) => `{"input":[${Array.from({ length: 1 + pick(random, 6) }, () => value(random)).join()}]}`,
  (random) =>
    `{"input":[{"text":${value(random)},"image":${value(random)}},{"image":{"url":${value(random)}}}]}`,
  (random) => `{"input":${nested('[', ']', 1 + pick(random, 5000))}}`,
  (random) => `{"input":[${'[1,2],'.repeat(pick(random, 20_000))}[3]]}`,
  (random) => `{"input":["${'\\ud800'.repeat(1 + pick(random, 500))}"],"encoding_format":"base64"}`,
  (random) => JSON.stringify({ input: Array.from({ length: pick(random, 300) }, (_, at) => `text ${at}`) }),
  (random) =>
    `{"input":["data:image/${'x'.repeat(pick(random, 300))};base64,${'A'.repeat(pick(random, 2000))}"]}`,
  (random) =>
    `{"input":[{"image":"${oneOf(random, ['http://127.0.0.1/', 'file:///etc/passwd', 'data:,', 'javascript:x'])}"}]}`,
  (random) => `{"input":"${'a'.repeat(pick(random, 200_000))}"}`,
];

export function oddEmbeddings(random: () => number): FuzzBody {
  return {
    bytes: Buffer.from(oneOf(random, EMBEDDINGS_MAKERS)(random)),
    headers: oneOf(random, HEADERS),
    path: EMBEDDINGS,
  };
}

export const EMBEDDINGS = '/v1/embeddings';

export function oddBody(random: () => number): FuzzBody {
  const bytes = Buffer.from(oneOf(random, MAKERS)(random));
  const headers = oneOf(random, HEADERS);
  const isPacked = headers['content-encoding'] === 'gzip' && random() < 0.7;
  return { bytes: isPacked ? gzipSync(bytes) : bytes, headers };
}

/** 100 MB of one letter in a tenth of a percent of that. */
export function gzipBomb(): FuzzBody {
  const bytes = gzipSync(Buffer.alloc(100 * 2 ** 20, 'a'));
  return { bytes, headers: { 'content-encoding': 'gzip' } };
}
