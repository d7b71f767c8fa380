import type { Item } from '../../../core/embedder.js';
import { HandspringError } from '../../../core/errors.js';
import { decodeBase64 } from '../base64.js';
import { checkCounts } from '../counts.js';
import type { Served } from '../contract.js';
import { imageContent } from '../image-content.js';
import { nameOf } from '../../../core/name-of.js';
import { wrong } from '../wrong.js';

/** Keys of an object that says what it is. */
const KINDS = ['text', 'image', 'audio'] as const;

/** One thing to be embedded, as it stands in the request. */
interface Entry {
  readonly modality: (typeof KINDS)[number];
  readonly name: string;
  readonly text: string;
}

/** What a plain string can be. */
type StringsModality = 'text' | 'image';

/**
 * The items of a request, in their order: a string, or a list of strings and objects. A string is a text, unless it begins as
 * an image's data URI does (NVIDIA's way) or `modality` says that all are images (infinity's); `{"text": …}` and
 * `{"image": …}` say which they are (Jina's), and so does `{"audio": …}`.
 * @throws HandspringError that names the item, what was expected and what was received.
 */
export function parseInput({ input, modality }: Record<string, unknown>, served: Served): Item[] {
  const strings = parseModality(modality);
  if (typeof input !== 'string' && !Array.isArray(input))
    throw wrong('input', 'a text, or a list of texts and images', nameOf(input));
  if (input.length === 0 && typeof input !== 'string')
    throw wrong('input', 'a text, or a list of texts and images', 'an empty list');
  if (Array.isArray(input) && areTokenIds(input)) throw tokenIds('input');
  const entries =
    typeof input === 'string'
      ? [ofString('input', input, strings)]
      : input.map((entry: unknown, at) => parseEntry(`input[${at}]`, entry, strings));
  checkCounts('input', entries, served);
  return entries.map(({ modality, name, text }) => ({
    modality,
    name,
    content: toContent(modality, name, text, served),
  }));
}

function toContent(modality: Entry['modality'], name: string, text: string, served: Served): Item['content'] {
  if (modality === 'text') return text.toWellFormed();
  if (modality === 'image') return imageContent(name, text, served);
  return decodeBase64(name, text, { noun: 'a sound', code: 'invalid_media' });
}

/** What is wrong with a body that has far too many values, if those are the ids of tokens. */
export function explainTokenIds(body: Buffer): HandspringError | undefined {
  const [, field] = /"(inputs?)"\s*:\s*\[[\s[]*-?\d/.exec(body.toString('latin1', 0, 4096)) ?? [];
  return field === undefined ? undefined : tokenIds(field);
}

function parseModality(modality: unknown): StringsModality | undefined {
  if (modality === undefined || modality === null) return undefined;
  if (modality === 'text' || modality === 'image') return modality;
  throw wrong(
    'modality',
    '"text" or "image"',
    typeof modality === 'string' ? 'another one' : nameOf(modality),
  );
}

function parseEntry(name: string, entry: unknown, strings: StringsModality | undefined): Entry {
  if (typeof entry === 'string') return ofString(name, entry, strings);
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw wrong(name, 'text or an image', nameOf(entry));
  const told = entry as Record<string, unknown>;
  const given = KINDS.filter((kind) => (told[kind] ?? null) !== null);
  const [modality] = given;
  if (modality === undefined || given.length > 1)
    throw wrong(
      name,
      'an object with either "text", "image" or "audio"',
      given.length === 0 ? 'one with none of them' : `one with ${given.join(' and ')}`,
    );
  const value = told[modality];
  if (modality !== 'image')
    return { modality, name, text: stringOf(`${name}.${modality}`, 'a string', value) };
  const { url = value } = (typeof value === 'object' ? value : {}) as Record<string, unknown>;
  return { modality, name, text: stringOf(`${name}.image`, 'a string, or an object with its "url"', url) };
}

function ofString(name: string, text: string, modality: StringsModality = guess(text)): Entry {
  return { modality, name, text };
}

function guess(text: string): StringsModality {
  return /^data:image\//i.test(text) ? 'image' : 'text';
}

function stringOf(name: string, expected: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw wrong(name, expected, nameOf(value));
}

/** A list of numbers, or of such lists, which are the ids of one text's tokens each. */
export function areTokenIds(input: readonly unknown[]): boolean {
  const areNumbers = (list: readonly unknown[]) =>
    list.length > 0 && list.every((value) => typeof value === 'number');
  return areNumbers(input) || input.every((entry) => Array.isArray(entry) && areNumbers(entry));
}

/** To read them as ids of our own vocabulary would give vectors of other words, without a sign. */
export function tokenIds(field: string): HandspringError {
  return new HandspringError(
    'token_ids_not_supported',
    `${field}: expected texts, received the ids of their tokens, which mean other words to every model: send the texts themselves (in LangChain, OpenAIEmbeddings(check_embedding_ctx_length=False))`,
    { field },
  );
}
