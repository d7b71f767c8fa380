import type { Item } from '../core/embedder.js';
import { HandspringError } from '../core/errors.js';
import { nameOf } from '../core/name-of.js';
import { TOWER_KINDS } from '../towers/registry.js';
import { readContent } from './content.js';

/**
 * Objects of one key, a modality, such as `{ text: 'a cat' }`, as items.
 * @param maxBytes More than so many of one input are not read.
 * @param loaded The modalities that there is a tower for.
 * @throws HandspringError that names the input by its index.
 */
export function readInputs(
  inputs: readonly object[],
  maxBytes: number,
  loaded: readonly string[],
): Promise<Item[]> {
  if (!Array.isArray(inputs))
    throw new HandspringError('invalid_request', 'expected a list such as [{ text: "a cat" }]');
  return Promise.all(inputs.map((input: object, index) => readInput(input, index, maxBytes, loaded)));
}

async function readInput(
  input: object,
  index: number,
  maxBytes: number,
  loaded: readonly string[],
): Promise<Item> {
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
  if (!loaded.includes(modality))
    throw new HandspringError(
      'invalid_request',
      `${name}: expected ${loaded.join(' or ')}, whose towers are loaded; open(…, { modalities }) says which are`,
      { index },
    );
  try {
    return {
      modality,
      name,
      content: await readContent((input as Record<string, unknown>)[modality], maxBytes),
    };
  } catch (error) {
    throw (error instanceof HandspringError ? error : unreadable(error)).about(name, index);
  }
}

/** Of a stream, which fails with whatever its maker chose. */
function unreadable(cause: unknown): HandspringError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new HandspringError(
    'invalid_request',
    `expected a stream that can be read, it ended with ${code ?? message}`,
    { cause },
  );
}

function describeInput(input: unknown): string {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return nameOf(input);
  return `one with ${Object.keys(input).join(', ') || 'no key'}`;
}
