import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { watchExports } from './watched-exporter.js';

/** A request that is over, with the times of its slowest item, or of the one that failed as far as it came. */
export interface TracedRequest {
  /** Of the span, such as `POST /vectorize`. */
  readonly name: string;
  /** The contract that answered it, as in the metrics' label `route`. */
  readonly route: string;
  /** Headers of the caller; W3C's `traceparent` and `tracestate` make the span a part of its trace. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly startMs: number;
  /** When its body was whole; absent if it never was. */
  readonly bodyAtMs?: number | undefined;
  readonly endMs: number;
  /** How many of what it carried: `{ texts: 2, images: 0 }`. */
  readonly counts: Readonly<Record<string, number>>;
  /** An error's code, or `ok`. */
  readonly outcome: string;
  readonly timings?:
    { readonly prepareMs?: number; readonly queueMs?: number; readonly encodeMs?: number } | undefined;
}

export interface Tracing {
  record(request: TracedRequest): void;
  /** Sends what is left, for a moment; what cannot be sent is dropped with a warning. Never rejects. */
  close(): Promise<void>;
}

/** Longest time for the last traces: they are no reason to keep a service from ending. */
const LAST_EXPORT_MS = 2000;

/**
 * Spans of requests, sent as OTLP over HTTP in the background. The libraries are loaded here, so that they cost nothing
 * where traces are off.
 * @param endpoint The collector's address, without `/v1/traces` and without a slash at its end.
 */
export async function openTracing(
  endpoint: string,
  version: string,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<Tracing> {
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, propagation, trace } = await import('@opentelemetry/api');
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'handspring', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(watchExports(exporter, log))],
  });
  provider.register();
  const tracer = provider.getTracer('handspring', version);
  return {
    record: (request) => {
      const { name, route, headers, startMs, endMs, counts, outcome } = request;
      const parent = propagation.extract(ROOT_CONTEXT, headers);
      const attributes = {
        ...Object.fromEntries(Object.entries(counts).map(([what, count]) => [`handspring.${what}`, count])),
        'handspring.route': route,
        'handspring.outcome': outcome,
      };
      const options = { kind: SpanKind.SERVER, startTime: startMs, attributes };
      const span = tracer.startSpan(name, options, parent);
      if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
      const within = trace.setSpan(parent, span);
      let at = startMs;
      for (const [name, ms] of stagesOf(request)) {
        tracer.startSpan(name, { startTime: at }, within).end(at + ms);
        at += ms;
      }
      span.end(endMs);
    },
    close: async () => {
      const late = sleep(LAST_EXPORT_MS, undefined, { ref: false }).then(() => {
        throw new Error(`no answer within ${LAST_EXPORT_MS} ms`);
      });
      await Promise.race([provider.shutdown(), late]).catch((error: unknown) =>
        log.warn({ err: error }, 'the last traces could not be sent'),
      );
    },
  };
}

/** The stages that the request reached, each with its milliseconds. */
function stagesOf({ startMs, bodyAtMs, endMs, timings = {} }: TracedRequest): [name: string, ms: number][] {
  const { prepareMs, queueMs, encodeMs } = timings;
  const stages: [string, number | undefined][] = [
    ['receive', (bodyAtMs ?? endMs) - startMs],
    ['prepare', prepareMs],
    ['queue', queueMs],
    ['encode', encodeMs],
  ];
  return stages.flatMap(([name, ms]) => (ms === undefined ? [] : [[name, ms]]));
}
