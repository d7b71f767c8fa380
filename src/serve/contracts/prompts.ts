import type { Item } from '../../core/embedder.js';
import type { ServedModel } from './contract.js';
import { wordOf, wrong } from './wrong.js';

/** What a text is embedded for. */
export type Role = 'query' | 'passage';

/** The names of a role's prompt, the first that a model has: those of sentence-transformers' `encode_query` and `encode_document`. */
const NAMES: Readonly<Record<Role, readonly string[]>> = {
  query: ['query'],
  passage: ['document', 'passage', 'corpus'],
};

/** What the model wants before a text of that role; `undefined`, and so its default, where no role is told or it has none for it. */
export function promptOf(role: Role | undefined, { prompts = {} }: ServedModel): string | undefined {
  const name = role && NAMES[role].find((one) => Object.hasOwn(prompts, one));
  return name === undefined ? undefined : prompts[name];
}

/**
 * The model's prompt of that name; `undefined`, and so its default, where none is asked for.
 * @param field The key under which it is asked for.
 * @throws HandspringError `invalid_request` that names those it has.
 */
export function namedPrompt(field: string, name: unknown, { prompts = {} }: ServedModel): string | undefined {
  if (name === undefined || name === null) return undefined;
  if (typeof name === 'string' && Object.hasOwn(prompts, name)) return prompts[name];
  const names = Object.keys(prompts).map((one) => JSON.stringify(one));
  const expected =
    names.length > 0
      ? names.join(' or ')
      : 'none, as the model has no prompts: put what comes before a text into the text';
  throw wrong(field, expected, wordOf(name));
}

/** The items with the prompt before each text. */
export function withPrompt(items: readonly Item[], prompt: string | undefined): readonly Item[] {
  if (prompt === undefined) return items;
  return items.map((item) => (typeof item.content === 'string' ? { ...item, prompt } : item));
}
