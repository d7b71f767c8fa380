import type { EngineOptions } from './engine-options.js';

/** What an engine is unless it is told otherwise; the command line's options have the same defaults. */
export const ENGINE_DEFAULTS: EngineOptions = {
  threads: 'auto',
  spinMicroseconds: 20,
  encoders: 1,
  prepareThreads: 'auto',
  maxBatchSize: 8,
  maxTextBatchSize: 32,
  maxPendingItems: 512,
  maxPendingPixels: 'auto',
  maxImageBytes: 48 * 2 ** 20,
  maxImagePixels: 'auto',
  maxSoundSeconds: 300,
  maxVideoSeconds: 300,
  ffmpeg: 'auto',
  maxTextChars: 100_000,
  maxTextWindows: 16,
  longText: 'truncate',
  autoOrient: false,
  normalize: 'auto',
  precision: 'fp32',
  cacheBytes: 0,
  deadlineMs: 45_000,
};
