import { expect } from 'chai';
import type { Embedder } from '../../../src/core/embedder.js';
import { HandspringError } from '../../../src/core/errors.js';
import { ItemLimits } from '../../../src/serve/access/item-limits.js';
import { KeyRing, toKeys } from '../../../src/serve/access/key-ring.js';
import { parseRate } from '../../../src/serve/access/rate.js';
import type { AppParts } from '../../../src/serve/app.js';
import { startTestApp } from '../../support/app.js';

/** Each API with a request, and where its clients in Go look for the words: a value of another type there hides all of them. */
const APIS: readonly { path: string; body: object; words: (failure: Failure) => unknown }[] = [
  { path: '/vectorize', body: { texts: ['a'] }, words: ({ error }) => error },
  { path: '/embed', body: { inputs: ['a'] }, words: ({ error }) => error },
  { path: '/api/embed', body: { input: ['a'] }, words: ({ error }) => error },
  {
    path: '/qdrant/infer',
    body: { inputs: [{ data: 'a', data_type: 'text' }] },
    words: ({ error }) => error,
  },
  { path: '/v2/embed', body: { texts: ['a'] }, words: ({ message }) => message },
  {
    path: '/v1/embeddings',
    body: { input: ['a'] },
    words: ({ error }) => (error as { message?: unknown }).message,
  },
];

interface Failure {
  readonly error?: unknown;
  readonly message?: unknown;
}

const failing = (error: Error): Embedder => ({ embed: () => Promise.reject(error) });

const FAILURES: readonly { status: number; parts?: Partial<AppParts>; request?: RequestInit }[] = [
  { status: 400, request: { body: '{"' } },
  { status: 400, request: { body: '[]' } },
  { status: 400, request: { body: '"\ud800"'.padEnd(40, '[') } },
  { status: 401, parts: { access: { ring: new KeyRing(toKeys(['secret'])) } } },
  { status: 405, request: { method: 'DELETE', body: null } },
  { status: 413, request: { body: ' '.repeat(5000) } },
  {
    status: 413,
    parts: { access: { limits: new ItemLimits({ rate: parseRate('1/d') }) } },
    request: { body: 'two' },
  },
  { status: 422, parts: { embedder: failing(new HandspringError('invalid_image', 'inputs[0]: no image')) } },
  { status: 429, parts: { embedder: failing(new HandspringError('overloaded', 'try again')) } },
  { status: 500, parts: { embedder: failing(new TypeError('a bug')) } },
  { status: 503, parts: { lifecycle: { phase: () => 'starting' } } },
  { status: 504, parts: { embedder: failing(new HandspringError('deadline', 'too late')) } },
];

describe('what clients of each API read of a failure', () => {
  for (const [at, { status, parts = {}, request = {} }] of FAILURES.entries()) {
    it(`is its words, for ${status} (${at + 1})`, async () => {
      const app = await startTestApp(parts);
      for (const { path, body, words } of APIS) {
        const doubled = Object.fromEntries(
          Object.entries(body).map(([key, list]) => [key, [...(list as unknown[]), ...(list as unknown[])]]),
        );
        const sent = { method: 'POST', body: JSON.stringify(body), ...request };
        if (request.body === 'two') sent.body = JSON.stringify(doubled);
        const response = await fetch(app.url + path, sent);
        const failure = (await response.json()) as Failure;
        expect([path, response.status]).to.deep.equal([path, status]);
        expect(words(failure), path).to.be.a('string').and.not.to.equal('');
      }
      await app.close();
    });
  }
});
