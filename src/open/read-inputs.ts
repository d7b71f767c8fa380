import type { Item } from '../core/embedder.js';
import { HandspringError } from '../core/errors.js';
import { nameOf } from '../core/name-of.js';
import { TOWER_KINDS } from '../towers/registry.js';
import { readContent } from './content.js';

/**
 * Objects of one key, a modality, such as `{ text: 'a cat' }`, as items.
 * @param maxBytes More than so many of one input are not read.
 * @throws HandspringError that names the input by its index.
 */
export function readInputs(inputs: readonly object[], maxBytes: number): Promise<Item[]> {
  if (!Array.isArray(inputs))
    throw new HandspringError('invalid_request', 'expected a list such as [{ text: "a cat" }]');
  return Promise.all(inputs.map((input: object, index) => readInput(input, index, maxBytes)));
}

async function readInput(input: object, index: number, maxBytes: number): Promise<Item> {
  const modalities = TOWER_KINDS.map(({ modality }) => modality);
  const given = modalities.filter((modality) => Object.hasOwn(Object(input) as object, modality));
  const [modality] = given;
  if (modality === undefined || given.length > 1) {
    const received = given.length > 1 ? given.join(' and ') : describeInput(input);
    throw new HandspringError(
      'invalid_request',
      `[${index}]: expected an object with one of ${modalities.join(', ')}, received ${received}`,
      { index },
    );
  }
  const name = `${modality}[${index}]`;
  try {
    return {
      modality,
      name,
      content: await readContent((input as Record<string, unknown>)[modality], maxBytes),
    };
  } catch (error) {
    throw error instanceof HandspringError ? error.about(name, index) : error;
  }
}

function describeInput(input: unknown): string {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return nameOf(input);
  return `one with ${Object.keys(input).join(', ') || 'no key'}`;
}
