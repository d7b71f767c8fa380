import type { Item } from '../../core/embedder.js';
import { HandspringError } from '../../core/errors.js';
import type { JsonBounds } from '../body/json-structure.js';
import type { Contract, Served } from './contract.js';

/** Values beside the items: a request's other keys, such as a `config`. */
const SPARE_VALUES = 1024;
/** The most that an item is written with: `{"content":[{"type":"image_url","image_url":{"url":"…"}}]},`. */
const MOST_VALUES_OF_ITEM = 10;

type Counts = Pick<Served, 'maxItems' | 'maxTexts'>;

/** How many values a contract's body may have, by the items that it may have. */
export function jsonBounds({ countsByKind = false }: Contract, { maxItems, maxTexts }: Counts): JsonBounds {
  if (!countsByKind) return { maxValues: 2 * maxItems + SPARE_VALUES, option: 'MAX_ITEMS' };
  const items = Math.max(maxItems, maxTexts);
  return { maxValues: MOST_VALUES_OF_ITEM * items + SPARE_VALUES, option: 'MAX_TEXTS' };
}

/**
 * Holds the items of a request to MAX_TEXTS texts and to MAX_ITEMS of all else.
 * @param field The key that they stand under.
 * @throws HandspringError `payload_too_large`
 */
export function checkCounts(
  field: string,
  items: readonly Pick<Item, 'modality'>[],
  { maxItems, maxTexts }: Counts,
): void {
  const files = items.filter(({ modality }) => modality !== 'text');
  const texts = items.length - files.length;
  if (texts > maxTexts) throw tooMany(field, 'MAX_TEXTS', maxTexts, 'texts', texts);
  const kinds = files.every(({ modality }) => modality === 'image') ? 'images' : 'images and sounds';
  if (files.length > maxItems) throw tooMany(field, 'MAX_ITEMS', maxItems, kinds, files.length);
}

function tooMany(
  field: string,
  limit: 'MAX_TEXTS' | 'MAX_ITEMS',
  most: number,
  what: string,
  received: number,
): HandspringError {
  return new HandspringError(
    'payload_too_large',
    `${field}: expected at most ${most} ${what} (${limit}), received ${received}`,
    { limit, field },
  );
}
