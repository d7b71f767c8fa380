import { expect } from 'chai';
import type { Embedder } from '../../src/core/embedder.js';
import { HandspringError } from '../../src/core/errors.js';
import type { ErrorCode } from '../../src/core/errors.js';
import { STATUS } from '../../src/serve/errors.js';
import { startTestApp } from '../support/app.js';

async function answerTo(error: Error) {
  const embedder: Embedder = { embed: () => Promise.reject(error) };
  const app = await startTestApp({ embedder });
  try {
    const response = await fetch(`${app.url}/vectorize`, { method: 'POST', body: '{"texts":["a"]}' });
    return {
      status: response.status,
      retryAfter: response.headers.get('retry-after'),
      requestId: response.headers.get('x-request-id'),
      body: (await response.json()) as { error: string; code: string },
      metrics: await app.metrics.registry.metrics(),
    };
  } finally {
    await app.close();
  }
}

describe('error answers', () => {
  for (const [code, status] of Object.entries(STATUS) as [ErrorCode, number][]) {
    it(`gives ${code} the status ${status}, and counts it`, async () => {
      const answer = await answerTo(new HandspringError(code, 'the reason'));
      expect(answer.status).to.equal(status);
      expect(answer.body).to.deep.equal({ error: 'the reason', code });
      expect(answer.metrics).to.include(
        `handspring_requests_total{route="vectorize",modality="text",outcome="${code}"} 1`,
      );
    });
  }

  it('tells a refused caller when to come back', async () => {
    const { retryAfter } = await answerTo(
      new HandspringError('overloaded', 'busy', { retryAfterSeconds: 3 }),
    );
    expect(retryAfter).to.equal('3');
  });

  it('keeps a bug to the log: the caller learns the request id only', async () => {
    const { status, body, requestId } = await answerTo(new TypeError('secret of /home/user'));
    expect(status).to.equal(500);
    expect(body).to.deep.equal({
      error: `internal error; the log has it under request ${requestId}`,
      code: 'internal',
    });
  });
});
