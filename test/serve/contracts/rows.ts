import { expect } from 'chai';
import type { Embedder } from '../../../src/core/embedder.js';
import { HandspringError } from '../../../src/core/errors.js';
import type { AppParts } from '../../../src/serve/app.js';
import { fakeEmbedder, startTestApp } from '../../support/app.js';
import type { TestApp } from '../../support/app.js';

/** What is sent to a route, and what comes back. */
export interface Row {
  readonly title: string;
  /** Sent as it is if a string, else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** The whole answer. */
  readonly answer?: unknown;
  /** Of a refusal: its status, and what its words match. */
  readonly status?: number;
  readonly told?: RegExp;
}

/** Longer texts than ten characters are cut, or refused where they are wanted whole. */
const embedder: Embedder = {
  embed: async (items, options = {}) => {
    const long = items.flatMap(({ content }, at) =>
      typeof content === 'string' && content.length > 10 ? [at] : [],
    );
    if (options.whole === true && long[0] !== undefined)
      throw new HandspringError('text_too_long', `${items[long[0]]!.name}: expected at most 10 tokens`);
    return { ...(await fakeEmbedder.embed(items, options)), truncated: long };
  },
};

/** The vector of length 1 that the fake embedder's is for a text or image of this length and first character. */
export function unit(length: number, first: string, dimensions = 3): number[] {
  const vector = [length, first.codePointAt(0) ?? 0, Math.fround(0.1)].slice(0, dimensions);
  const norm = Math.hypot(...vector);
  return vector.map((x) => Math.fround(x / norm));
}

/** A value with its numbers as float32 has them: an answer has the shortest decimals that mean those. */
export function asFloat32(value: unknown): unknown {
  if (typeof value === 'number') return Math.fround(value);
  if (Array.isArray(value)) return value.map(asFloat32);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asFloat32(inner)]));
}

/** The numbers of base64, as an SDK reads them. */
export function fromBase64(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
}

/**
 * A test for each row.
 * @param wordsOf Where a failure of this API has its words.
 */
export function testRows(
  path: string,
  rows: readonly Row[],
  wordsOf: (failure: unknown) => unknown,
  parts: Partial<AppParts> = {},
): void {
  let app: TestApp;
  before(async () => {
    app = await startTestApp({ embedder, ...parts });
  });
  after(() => app.close());

  for (const { title, body, headers = {}, path: own = path, answer, status = 200, told } of rows) {
    it(title, async () => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(app.url + own, { method: 'POST', body: text, headers });
      const received: unknown = await response.json();
      expect(response.status, JSON.stringify(received)).to.equal(status);
      if (told) expect(wordsOf(received)).to.match(told);
      else expect(asFloat32(received)).to.deep.equal(asFloat32(answer));
    });
  }
}
