import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { HandspringError } from '../../core/errors.js';
import type { Item } from '../../core/embedder.js';
import { nameOf } from '../../core/name-of.js';
import { decodeBase64 } from '../../serve/contracts/base64.js';
import type { EmbedRequest } from './request.js';

/** A text a line; empty lines are texts, too, so that the answers have the lines' numbers. */
export async function* textLines(input: NodeJS.ReadableStream): AsyncGenerator<EmbedRequest> {
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    yield { named: { text }, name: `line ${number}`, load: () => Promise.resolve(textItem(text)) };
  }
}

/**
 * A request a line, as JSON: `{"text": "a cat"}`, `{"image": "<base64>"}`, `{"audio": "<base64>"}` or `{"file": "cat.jpg"}`; an `id` of
 * any kind comes back with the answer. Blank lines are passed over.
 */
export async function* jsonLines(input: NodeJS.ReadableStream): AsyncGenerator<EmbedRequest> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    if (line.trim() !== '') yield fromLine(line, `line ${number}`);
  }
}

function fromLine(line: string, name: string): EmbedRequest {
  let asked: Readonly<Record<string, unknown>>;
  try {
    asked = parseObject(line);
  } catch (error) {
    return {
      named: { line: Number(name.slice('line '.length)) },
      name,
      load: () => Promise.reject(error),
    };
  }
  const { id, text, file } = asked;
  const named = {
    ...(id === undefined ? {} : { id }),
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof file === 'string' ? { file } : {}),
  };
  return {
    named: Object.keys(named).length > 0 ? named : { line: Number(name.slice('line '.length)) },
    name,
    load: async () => loadItem(asked),
  };
}

function parseObject(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw wrong(`expected a JSON object, received ${(cause as Error).message}`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(`expected a JSON object, received ${nameOf(value)}`);
  return value as Readonly<Record<string, unknown>>;
}

const KINDS = ['text', 'image', 'audio', 'file'] as const;

async function loadItem(asked: Readonly<Record<string, unknown>>): Promise<Item> {
  const given = KINDS.filter((kind) => asked[kind] !== undefined && asked[kind] !== null);
  const [kind] = given;
  if (kind === undefined || given.length > 1)
    throw wrong(
      `expected one of ${KINDS.join(', ')}, received ${given.length === 0 ? 'none' : given.join(' and ')}`,
    );
  const value = asked[kind];
  if (typeof value !== 'string') throw wrong(`${kind}: expected a string, received ${nameOf(value)}`);
  switch (kind) {
    case 'text':
      return textItem(value);
    case 'image':
      return { modality: 'image', name: 'image', content: decodeBase64('image', value) };
    case 'audio':
      return { modality: 'audio', name: 'audio', content: decodeBase64('audio', value, SOUND) };
    case 'file':
      return { modality: 'image', name: 'file', content: await readFile(value) };
  }
}

const SOUND = { noun: 'a sound', code: 'invalid_media' } as const;

function textItem(text: string): Item {
  return { modality: 'text', name: 'text', content: text.toWellFormed() };
}

function wrong(message: string, cause?: unknown): HandspringError {
  return new HandspringError('invalid_request', message, { cause });
}
