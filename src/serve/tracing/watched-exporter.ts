import type { SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Logger } from 'pino';

/** `ExportResultCode.SUCCESS` of @opentelemetry/core. */
const SUCCESS = 0;

/**
 * The exporter, with one warning when exports begin to fail and one line when they work again: the libraries tell nobody,
 * and a line for each failure would fill the log for as long as a collector is away.
 */
export function watchExports(exporter: SpanExporter, log: Pick<Logger, 'info' | 'warn'>): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const failed = Number(result.code) !== SUCCESS;
        if (failed && !failing) log.warn({ err: result.error }, 'traces cannot be sent; they are dropped');
        if (!failed && failing) log.info('traces are sent again');
        failing = failed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush ? { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() } : {}),
  };
}
