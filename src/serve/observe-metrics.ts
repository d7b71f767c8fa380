import type { Counter } from 'prom-client';
import type { Modality } from '../core/modality.js';
import type { Observer } from '../core/observer.js';
import type { Metrics } from './metrics.js';

/** What the engine tells, as metrics. */
export function observeMetrics(metrics: Metrics): Observer {
  const refused: Readonly<Partial<Record<Modality, Counter<'reason'>>>> = { image: metrics.imagesRefused };
  const truncated: Readonly<Partial<Record<Modality, Counter>>> = { text: metrics.textsTruncated };
  return {
    onAdmitted: (permits) => metrics.itemsAdmitted.set(permits),
    onItem: (modality, { prepareMs, queueMs, encodeMs }, totalMs) => {
      const stages = { prepare: prepareMs, queue: queueMs, encode: encodeMs, total: totalMs };
      for (const [stage, ms] of Object.entries(stages))
        metrics.stageSeconds.observe({ stage, modality }, ms / 1000);
    },
    onRefused: (modality, reason) => {
      const counter = refused[modality];
      if (counter) counter.inc({ reason });
      else metrics.mediaRefused.inc({ modality, reason });
    },
    onTruncated: (modality) => truncated[modality]?.inc(),
    onBatch: (modality, rows) => metrics.batchSize.observe({ modality }, rows),
    onCacheHit: () => metrics.cacheRequests.inc({ outcome: 'hit' }),
    onCacheMiss: () => metrics.cacheRequests.inc({ outcome: 'miss' }),
    onCacheBytes: (bytes) => metrics.cacheBytes.set(bytes),
    onPixels: (held) => metrics.pixelsDecoding.set(held),
    // A series that begins at its first death has no increase to alert on.
    onEncoderReady: ({ name }) => metrics.encoderRestarts.inc({ modality: name }, 0),
    onEncoderDeath: (name) => metrics.encoderRestarts.inc({ modality: name }),
  };
}
