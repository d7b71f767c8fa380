import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { pino } from 'pino';
import type { Embedder } from '../../../src/core/embedder.js';
import { HandspringError } from '../../../src/core/errors.js';
import type { AppParts } from '../../../src/serve/app.js';
import { startTestApp } from '../../support/app.js';
import { openTracing } from '../../../src/serve/tracing/open-tracing.js';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: object;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

const SILENT = pino({ level: 'silent' });

describe('traces', () => {
  let collector: Server;
  let bodies: string[];
  beforeEach(async () => {
    bodies = [];
    collector = createServer((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      request.on('end', () => {
        bodies.push(text);
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => {
    collector.closeAllConnections();
    collector.close();
  });

  /** The spans of one request. */
  async function spansOf(request: RequestInit, parts: Partial<AppParts> = {}): Promise<Span[]> {
    const { port } = collector.address() as AddressInfo;
    const tracing = await openTracing(`http://127.0.0.1:${port}`, '0', SILENT);
    const app = await startTestApp({ ...parts, tracing });
    await (await fetch(`${app.url}/vectorize`, { method: 'POST', ...request })).text();
    await app.close();
    await tracing.close();
    const { resourceSpans } = JSON.parse(bodies[0] ?? '') as {
      resourceSpans: { scopeSpans: { spans: Span[] }[] }[];
    };
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
  }

  it("are sent as OTLP, a part of the caller's trace, with spans of each stage", async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const spans = await spansOf({ headers, body: '{"texts":["a"]}' });
    expect(spans.map(({ name }) => name)).to.have.members([
      ...['POST /vectorize', 'receive', 'prepare', 'queue', 'encode'],
    ]);
    expect(new Set(spans.map((span) => span.traceId))).to.deep.equal(new Set([traceId]));
    const root = spans.find(({ name }) => name === 'POST /vectorize');
    expect(root?.parentSpanId).to.equal('00f067aa0ba902b7');
    const parents = spans.filter((span) => span !== root).map(({ parentSpanId }) => parentSpanId);
    expect(new Set(parents)).to.deep.equal(new Set([root?.spanId]));
  });

  it('tell contracts of one path apart, as the metrics do', async () => {
    const routeOf = async (body: string) => {
      bodies = [];
      const root = (await spansOf({ body })).find(({ name }) => name === 'POST /vectorize');
      return root?.attributes.find(({ key }) => key === 'handspring.route')?.value.stringValue;
    };
    expect(await routeOf('{"texts":["a"]}')).to.equal('vectorize');
    expect(await routeOf('{"text":"a"}')).to.equal('gpt4all');
    expect(await routeOf('{"text":')).to.equal('vectorize');
  });

  it('have the stages that a failed request reached, and its code', async () => {
    const embedder: Embedder = {
      embed: (_items, options) => {
        options?.onFailure?.({ prepareMs: 5, queueMs: 7 });
        return Promise.reject(new HandspringError('deadline', 'too late'));
      },
    };
    const spans = await spansOf({ body: '{"texts":["a"]}' }, { embedder });
    expect(spans.map(({ name }) => name)).to.have.members(['POST /vectorize', 'receive', 'prepare', 'queue']);
    const queue = spans.find(({ name }) => name === 'queue');
    expect(BigInt(queue?.endTimeUnixNano ?? 0) - BigInt(queue?.startTimeUnixNano ?? 0)).to.equal(7_000_000n);
    expect(spans.find(({ name }) => name === 'POST /vectorize')?.status).to.deep.equal({
      code: 2,
      message: 'deadline',
    });
  });

  it('have no stage but the first of a request whose body is refused', async () => {
    const spans = await spansOf({ body: '{"texts":' });
    expect(spans.map(({ name }) => name)).to.have.members(['POST /vectorize', 'receive']);
  });

  it('that no collector takes are dropped with a warning when the service ends', async () => {
    const warnings: unknown[] = [];
    const log = {
      info: () => undefined,
      warn: (_about: unknown, what?: unknown) => void warnings.push(what),
    };
    const tracing = await openTracing('http://127.0.0.1:9', '0', log);
    tracing.record({
      name: 'POST /vectorize',
      route: 'vectorize',
      headers: {},
      startMs: 1,
      endMs: 2,
      counts: {},
      outcome: 'ok',
    });
    await tracing.close();
    expect(warnings).to.deep.equal(['the last traces could not be sent']);
  });
});
