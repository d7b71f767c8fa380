import { expect } from 'chai';
import { readFailure } from '../../../src/photos/weaviate/failure.js';

/** Per-object errors as Weaviate 1.39 words them (modules/multi2vec-clip/clients/vectorizer.go), and errors of the client. */
const CASES: readonly [message: string, kind: string, reason?: string][] = [
  [
    'vectorize target vector default: fail with status 422: images[0]: expected a complete JPEG image, received one that ends early',
    'refused',
    'expected a complete JPEG image, received one that ends early',
  ],
  [
    'fail with status 429: 512 items are being worked on, 1 more would exceed MAX_PENDING_ITEMS=512; try again',
    'busy',
    '512 items are being worked on, 1 more would exceed MAX_PENDING_ITEMS=512; try again',
  ],
  ['fail with status 503: the service is shutting down', 'busy'],
  ['fail with status 504: images[0]: not done within DEADLINE=45000 ms', 'busy'],
  ['fail with status 413: body: expected at most 67108864 bytes', 'refused'],
  ['fail with status 401: expected a key', 'denied'],
  ['fail with status 500: internal error; the log has it under request 7', 'unknown'],
  ['failed to parse vectorization response (status 502): invalid character', 'down'],
  [
    'send POST request: Post "http://h:1/vectorize": dial tcp 127.0.0.1:1: connect: connection refused',
    'down',
  ],
  ['send POST request: Post "http://h:1/vectorize": EOF', 'down'],
  ['read response body: read tcp 127.0.0.1:2->127.0.0.1:1: read: connection reset by peer', 'down'],
  ['/weaviate.v1.Weaviate/BatchObjects UNAVAILABLE: No connection established', 'down'],
  ['/weaviate.v1.Weaviate/BatchObjects UNAUTHENTICATED: anonymous access not enabled', 'denied'],
  ['/weaviate.v1.Weaviate/Search UNKNOWN: could not find class Photo in schema', 'down'],
  ['Search UNKNOWN: explorer: list class: search: tried to browse non-existing index for Photo', 'down'],
  ['RESOURCE_EXHAUSTED: Sent message larger than max (110 vs 100)', 'refused'],
  ['invalid date property', 'unknown', 'invalid date property'],
];

describe('what a failure calls for', () => {
  for (const [message, kind, reason] of CASES) {
    it(`is ${kind} for "${message.slice(0, 70)}"`, () => {
      const failure = readFailure(new Error(message));
      expect(failure.kind).to.equal(kind);
      if (reason !== undefined) expect(failure.reason).to.equal(reason);
    });
  }

  it('is told by the class of the client’s error, and by the cause of a failed fetch', () => {
    const named = (name: string, code?: number) => Object.assign(new Error('x'), { name, code });
    expect(readFailure(named('WeaviateUnauthenticatedError')).kind).to.equal('denied');
    expect(readFailure(named('WeaviateRequestTimeoutError')).kind).to.equal('down');
    expect(readFailure(named('WeaviateUnexpectedStatusCodeError', 429)).kind).to.equal('busy');
    expect(readFailure(named('WeaviateUnexpectedStatusCodeError', 422)).kind).to.equal('refused');
    const fetchFailed = new Error('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') });
    expect(readFailure(fetchFailed)).to.deep.equal({
      kind: 'down',
      reason: 'fetch failed (connect ECONNREFUSED 127.0.0.1:1)',
    });
  });
});
