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

/** What the model wants before a text of that role; nothing, for most models and where no role is told. */
export function promptOf(role: Role | undefined, { prompts = {} }: ServedModel): string {
  const name = role && NAMES[role].find((one) => Object.hasOwn(prompts, one));
  return (name !== undefined && prompts[name]) || '';
}

/**
 * The model's prompt of that name; nothing where none is asked for.
 * @param field The key under which it is asked for.
 * @throws HandspringError `invalid_request` that names those it has.
 */
export function namedPrompt(field: string, name: unknown, { prompts = {} }: ServedModel): string {
  if (name === undefined || name === null) return '';
  if (typeof name === 'string' && Object.hasOwn(prompts, name)) return prompts[name] ?? '';
  const names = Object.keys(prompts).map((one) => JSON.stringify(one));
  const expected =
    names.length > 0
      ? names.join(' or ')
      : 'none, as the model has no prompts: put what comes before a text into the text';
  throw wrong(field, expected, wordOf(name));
}

/** The items with the prompt before each text. */
export function withPrompt(items: readonly Item[], prompt: string): readonly Item[] {
  if (prompt === '') return items;
  return items.map((item) =>
    typeof item.content === 'string' ? { ...item, content: prompt + item.content } : item,
  );
}
