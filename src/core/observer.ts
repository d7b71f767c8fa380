import type { EncoderFacts } from './encoder.js';
import type { Modality } from './modality.js';
import type { StageTimes } from './stage-clock.js';

/** What others may want to know of the engine and its towers, such as metrics and logs. Every function may be absent. */
export interface Observer {
  /** Permits held, whenever they change; see MAX_PENDING_ITEMS. */
  onAdmitted?(permits: number): void;
  /** An item that was answered, with its time in each stage and in all, in milliseconds. */
  onItem?(modality: Modality, times: StageTimes, totalMs: number): void;
  /** An item that could not be used, with the closed word for why. */
  onRefused?(modality: Modality, reason: string): void;
  /** An item that was longer than the model's context, and was cut. */
  onTruncated?(modality: Modality): void;
  /** A batch that is sent, with its number of rows. */
  onBatch?(modality: Modality, rows: number): void;
  /** An item that was in the cache, or is being computed for another caller. */
  onCacheHit?(): void;
  onCacheMiss?(): void;
  /** Memory of the cache, whenever it changes. */
  onCacheBytes?(bytes: number): void;
  /** Pixels that are being decoded, whenever they change; see MAX_PENDING_PIXELS. */
  onPixels?(held: number): void;
  /** An encoder is loaded and warm. */
  onEncoderReady?(facts: EncoderFacts): void;
  /** The thread of an encoder died, or its successor did while it loaded; another one is started. */
  onEncoderDeath?(name: string, error: Error): void;
}
