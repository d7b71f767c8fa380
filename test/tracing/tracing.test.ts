import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import { startTestApp } from '../support/app.js';
import { openTracing } from '../../src/tracing/open-tracing.js';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

const SILENT = pino({ level: 'silent' });

describe('traces', () => {
  it("are sent as OTLP, a part of the caller's trace, with spans of prepare, queue and encode", async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        bodies.push(text);
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    const tracing = await openTracing(
      `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      '0',
      SILENT,
    );
    const app = await startTestApp({ tracing });
    try {
      const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
      const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
      await (
        await fetch(`${app.url}/vectorize`, { method: 'POST', headers, body: '{"texts":["a"]}' })
      ).text();
      await app.close();
      await tracing.close();
      const { resourceSpans } = JSON.parse(bodies[0] ?? '') as {
        resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
      };
      const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
      expect(spans.map(({ name }) => name)).to.have.members([
        'POST /vectorize',
        'prepare',
        'queue',
        'encode',
      ]);
      expect(new Set(spans.map((span) => span.traceId))).to.deep.equal(new Set([traceId]));
      const root = spans.find(({ name }) => name === 'POST /vectorize');
      expect(root?.parentSpanId).to.equal('00f067aa0ba902b7');
      const parents = spans.filter((span) => span !== root).map(({ parentSpanId }) => parentSpanId);
      expect(new Set(parents)).to.deep.equal(new Set([root?.spanId]));
    } finally {
      collector.closeAllConnections();
      collector.close();
    }
  });

  it('that no collector takes are dropped with a warning when the service ends', async () => {
    const warnings: unknown[] = [];
    const log = {
      info: () => undefined,
      warn: (_about: unknown, what?: unknown) => void warnings.push(what),
    };
    const tracing = await openTracing('http://127.0.0.1:9', '0', log);
    tracing.record({ headers: {}, startMs: 1, endMs: 2, texts: 1, images: 0, outcome: 'ok' });
    await tracing.close();
    expect(warnings).to.deep.equal(['the last traces could not be sent']);
  });
});
