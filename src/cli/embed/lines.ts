import { HandspringError } from '../../core/errors.js';
import type { Item } from '../../core/embedder.js';
import { nameOf } from '../../core/name-of.js';
import { IMAGE, SOUND, decodeBase64 } from '../../serve/contracts/base64.js';
import { boundedLines } from './bounded-lines.js';
import type { Line } from './bounded-lines.js';
import { readNamedFile } from './named-file.js';
import type { EmbedRequest, Named } from './request.js';
import type { Sizes } from './sizes.js';

type Input = AsyncIterable<Buffer | string>;

/** A text a line; empty lines are texts, too, so that the answers have the lines' numbers. */
export async function* textLines(input: Input, sizes: Sizes): AsyncGenerator<EmbedRequest> {
  for await (const line of boundedLines(input, sizes.textBytes)) {
    const { number, text, isTooLong } = line;
    yield {
      named: isTooLong ? { line: number } : { text, line: number },
      name: `line ${number}`,
      bytes: 2 * text.length,
      load: () => (isTooLong ? Promise.reject(sizes.tooLongText()) : Promise.resolve(textItem(text))),
    };
  }
}

/** Texts as they are given. */
export function* givenTexts(texts: readonly string[]): Generator<EmbedRequest> {
  for (const [at, text] of texts.entries())
    yield { named: { text }, name: `text ${at + 1}`, bytes: 0, load: () => Promise.resolve(textItem(text)) };
}

/**
 * A request a line, as JSON: `{"text": "a cat"}`, `{"image": "<base64>"}`, `{"audio": "<base64>"}` or `{"file": "cat.jpg"}`; an `id` of
 * any kind comes back with the answer. Blank lines are passed over.
 */
export async function* jsonLines(input: Input, sizes: Sizes): AsyncGenerator<EmbedRequest> {
  for await (const line of boundedLines(input, sizes.requestBytes)) {
    if (line.isTooLong) yield refused(line, sizes.tooLongRequest());
    else if (line.text.trim() !== '') yield fromLine(line, sizes);
  }
}

function refused({ number }: Line, error: unknown): EmbedRequest {
  return { named: { line: number }, name: `line ${number}`, bytes: 0, load: () => Promise.reject(error) };
}

function fromLine(line: Line, sizes: Sizes): EmbedRequest {
  let asked: Named;
  try {
    asked = parseObject(line.text);
  } catch (error) {
    return refused(line, error);
  }
  const { id, text, file } = asked;
  const named = {
    ...(id === undefined ? {} : { id }),
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof file === 'string' ? { file } : {}),
  };
  return {
    named: Object.keys(named).length > 0 ? named : { line: line.number },
    name: `line ${line.number}`,
    bytes: 2 * line.text.length,
    load: async () => loadItem(asked, sizes),
  };
}

function parseObject(line: string): Named {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw wrong(`expected a JSON object, received ${(cause as Error).message}`, cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(`expected a JSON object, received ${nameOf(value)}`);
  return value as Named;
}

/** What each key of a request holds, and how the item is made of it. */
const READERS: Readonly<Record<string, (value: string, sizes: Sizes) => Item | Promise<Item>>> = {
  text: textItem,
  image: (value) => ({ modality: 'image', name: 'image', content: decodeBase64('image', value, IMAGE) }),
  audio: (value) => ({ modality: 'audio', name: 'audio', content: decodeBase64('audio', value, SOUND) }),
  file: (value, sizes) => readNamedFile('file', value, value, sizes),
};

async function loadItem(asked: Named, sizes: Sizes): Promise<Item> {
  const given = Object.entries(READERS).filter(([key]) => asked[key] !== undefined && asked[key] !== null);
  const [reader] = given;
  if (!reader || given.length > 1) {
    const received = given.length === 0 ? 'none' : given.map(([key]) => key).join(' and ');
    throw wrong(`expected one of ${Object.keys(READERS).join(', ')}, received ${received}`);
  }
  const [key, read] = reader;
  const value = asked[key];
  if (typeof value !== 'string') throw wrong(`${key}: expected a string, received ${nameOf(value)}`);
  return read(value, sizes);
}

function textItem(text: string): Item {
  return { modality: 'text', name: 'text', content: text.toWellFormed() };
}

function wrong(message: string, cause?: unknown): HandspringError {
  return new HandspringError('invalid_request', message, { cause });
}
