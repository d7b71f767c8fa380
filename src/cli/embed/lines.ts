import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { HandspringError } from '../../core/errors.js';
import type { Item } from '../../core/embedder.js';
import { nameOf } from '../../core/name-of.js';
import { IMAGE, SOUND, decodeBase64 } from '../../serve/contracts/base64.js';
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
    if (line.trim() !== '') yield fromLine(line, number);
  }
}

function fromLine(line: string, number: number): EmbedRequest {
  const name = `line ${number}`;
  let asked: Readonly<Record<string, unknown>>;
  try {
    asked = parseObject(line);
  } catch (error) {
    return { named: { line: number }, name, load: () => Promise.reject(error) };
  }
  const { id, text, file } = asked;
  const named = {
    ...(id === undefined ? {} : { id }),
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof file === 'string' ? { file } : {}),
  };
  return {
    named: Object.keys(named).length > 0 ? named : { line: number },
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

/** What each key of a request holds, and how the item is made of it. */
const READERS: Readonly<Record<string, (value: string) => Item | Promise<Item>>> = {
  text: textItem,
  image: (value) => ({ modality: 'image', name: 'image', content: decodeBase64('image', value, IMAGE) }),
  audio: (value) => ({ modality: 'audio', name: 'audio', content: decodeBase64('audio', value, SOUND) }),
  file: async (value) => ({ modality: 'image', name: 'file', content: await readFile(value) }),
};

async function loadItem(asked: Readonly<Record<string, unknown>>): Promise<Item> {
  const given = Object.entries(READERS).filter(([key]) => asked[key] !== undefined && asked[key] !== null);
  const [reader] = given;
  if (!reader || given.length > 1) {
    const received = given.length === 0 ? 'none' : given.map(([key]) => key).join(' and ');
    throw wrong(`expected one of ${Object.keys(READERS).join(', ')}, received ${received}`);
  }
  const [key, read] = reader;
  const value = asked[key];
  if (typeof value !== 'string') throw wrong(`${key}: expected a string, received ${nameOf(value)}`);
  return read(value);
}

function textItem(text: string): Item {
  return { modality: 'text', name: 'text', content: text.toWellFormed() };
}

function wrong(message: string, cause?: unknown): HandspringError {
  return new HandspringError('invalid_request', message, { cause });
}
