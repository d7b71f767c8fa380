import type { Item } from '../../../core/embedder.js';
import { checkCounts } from '../counts.js';
import type { Served } from '../contract.js';
import { imageContent } from '../image-content.js';
import { nameOf } from '../../../core/name-of.js';
import { parseTexts } from '../texts.js';
import { wordOf, wrong } from '../wrong.js';

const KEYS = ['texts', 'images', 'inputs'] as const;

/**
 * The items of a request, in their order, of that one of `texts`, `images` and `inputs` which it has.
 * @throws HandspringError that names the item, what was expected and what was received.
 */
export function parseContents(asked: Readonly<Record<string, unknown>>, served: Served): Item[] {
  const given = KEYS.filter((key) => asked[key] !== undefined && asked[key] !== null);
  const [key] = given;
  if (key === undefined || given.length > 1)
    throw wrong('body', 'one of "texts", "images" and "inputs"', given.join(' and ') || 'none of them');
  if (key === 'texts') return parseTexts(key, asked[key], served);
  const list = listOf(key, asked[key]);
  const items = list.map((value, at) =>
    key === 'images' ? imageOf(`${key}[${at}]`, value, served) : inputOf(`${key}[${at}]`, value, served),
  );
  checkCounts(key, items, served);
  return items;
}

function listOf(name: string, value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(name, 'a list', nameOf(value));
  if (value.length === 0) throw wrong(name, 'at least one', 'an empty list');
  return value;
}

/** `{"content": [{"type": "text", "text": …}]}`, or one `image_url`. */
function inputOf(name: string, value: unknown, served: Served): Item {
  const { content } = fieldsOf(name, value, 'an object with "content"');
  const parts = listOf(`${name}.content`, content);
  if (parts.length > 1)
    throw wrong(
      `${name}.content`,
      'one text or one image, as the model has no vector for several together',
      `${parts.length} parts`,
    );
  const at = `${name}.content[0]`;
  const part = fieldsOf(at, parts[0], 'an object with "type"');
  if (part['type'] === 'text') return textOf(`${at}.text`, part['text']);
  if (part['type'] !== 'image_url') throw wrong(`${at}.type`, '"text" or "image_url"', wordOf(part['type']));
  const { url } = fieldsOf(`${at}.image_url`, part['image_url'], 'an object with "url"');
  return imageOf(`${at}.image_url.url`, url, served);
}

function fieldsOf(name: string, value: unknown, expected: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw wrong(name, expected, nameOf(value));
}

function textOf(name: string, value: unknown): Item {
  if (typeof value !== 'string') throw wrong(name, 'a text', nameOf(value));
  return { modality: 'text', name, content: value.toWellFormed() };
}

function imageOf(name: string, value: unknown, served: Served): Item {
  if (typeof value !== 'string') throw wrong(name, 'an image as a data: URI', nameOf(value));
  return { modality: 'image', name, content: imageContent(name, value, served) };
}
