/** A request that is over, with the times of its slowest item. */
export interface TracedRequest {
  /** Headers of the caller; `traceparent` and `tracestate` make the span a part of its trace. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly startMs: number;
  readonly endMs: number;
  readonly texts: number;
  readonly images: number;
  /** An error's code, or `ok`. */
  readonly outcome: string;
  readonly timings?:
    { readonly prepareMs: number; readonly queueMs: number; readonly encodeMs: number } | undefined;
}

export interface Tracing {
  record(request: TracedRequest): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * Spans of requests, sent as OTLP over HTTP in the background. The libraries are loaded here, so that they cost nothing
 * where traces are off.
 * @param endpoint The collector's address, without `/v1/traces`.
 */
export async function openTracing(endpoint: string, version: string): Promise<Tracing> {
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, propagation, trace } = await import('@opentelemetry/api');
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'handspring', 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  const tracer = provider.getTracer('handspring', version);
  return {
    record: ({ headers, startMs, endMs, texts, images, outcome, timings }) => {
      const parent = propagation.extract(ROOT_CONTEXT, headers);
      const attributes = {
        'handspring.texts': texts,
        'handspring.images': images,
        'handspring.outcome': outcome,
      };
      const options = { kind: SpanKind.SERVER, startTime: startMs, attributes };
      const span = tracer.startSpan('POST /vectorize', options, parent);
      if (outcome !== 'ok') span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
      const within = trace.setSpan(parent, span);
      let at = startMs;
      for (const [name, ms] of timings ? stagesOf(timings) : []) {
        tracer.startSpan(name, { startTime: at }, within).end(at + ms);
        at += ms;
      }
      span.end(endMs);
    },
    close: () => provider.shutdown(),
  };
}

function stagesOf({
  prepareMs,
  queueMs,
  encodeMs,
}: NonNullable<TracedRequest['timings']>): [string, number][] {
  return [
    ['prepare', prepareMs],
    ['queue', queueMs],
    ['encode', encodeMs],
  ];
}
