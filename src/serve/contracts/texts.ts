import type { Item } from '../../core/embedder.js';
import { checkCounts } from './counts.js';
import type { Served } from './contract.js';
import { nameOf } from '../../core/name-of.js';
import { areTokenIds, tokenIds } from './openai/input.js';
import { wrong } from './wrong.js';

/**
 * Texts as items, in their order.
 * @param field The key that they stand under.
 * @throws HandspringError that names the text that is none; `token_ids_not_supported`; `payload_too_large` for too many.
 */
export function parseTexts(field: string, value: unknown, served: Served): Item[] {
  if (!Array.isArray(value)) throw wrong(field, 'a list of texts', nameOf(value));
  const list: readonly unknown[] = value;
  if (list.length === 0) throw wrong(field, 'a list of texts', 'an empty list');
  if (areTokenIds(list)) throw tokenIds(field);
  const items = list.map((text, at): Item => {
    const name = `${field}[${at}]`;
    if (typeof text !== 'string') throw wrong(name, 'a text', nameOf(text));
    return { modality: 'text', name, content: text.toWellFormed() };
  });
  checkCounts(field, items, served);
  return items;
}

/** One text, or a list of them: see `parseTexts`. */
export function parseTextOrTexts(field: string, value: unknown, served: Served): Item[] {
  if (typeof value === 'string') return [{ modality: 'text', name: field, content: value.toWellFormed() }];
  if (!Array.isArray(value)) throw wrong(field, 'a text or a list of texts', nameOf(value));
  return parseTexts(field, value, served);
}
