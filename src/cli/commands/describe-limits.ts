import type { Config } from '../options/config.js';
import { CALLS_OF_CONNECTION, ITEMS_OF_STREAM } from '../../serve/grpc/bounds.js';
import { PLAIN_PIXEL_BYTES } from '../../towers/image/decode/decoding-bytes.js';
import { imageLimits, maxPendingPixels } from '../../open/memory-limits.js';

/** Every limit by its option's name, as numbers: what `auto` came to; `null` is no limit. Those of gRPC alone where it is on. */
export function describeLimits(
  config: Config,
  memory?: number,
): Readonly<Record<string, number | string | null>> {
  const { maxPixels, maxDecodingBytes = Infinity } = imageLimits(config, memory);
  return {
    maxConnections: config.maxConnections,
    maxPendingItems: config.maxPendingItems,
    maxPendingBytes: config.maxPendingBytes,
    maxPendingPixels: maxPendingPixels(config, memory),
    maxItems: config.maxItems,
    maxTexts: config.maxTexts,
    maxBodyBytes: config.maxBodyBytes,
    maxImageBytes: config.maxImageBytes,
    maxImagePixels: Math.min(maxPixels, Math.floor(maxDecodingBytes / PLAIN_PIXEL_BYTES)),
    maxSoundSeconds: config.maxSoundSeconds,
    maxVideoSeconds: config.maxVideoSeconds,
    maxTextChars: config.maxTextChars,
    minBodyRate: config.minBodyRate,
    headersTimeoutMs: config.headersTimeoutMs,
    bodyTimeoutMs: config.bodyTimeoutMs,
    responseTimeoutMs: config.responseTimeoutMs,
    deadlineMs: config.deadlineMs,
    rateLimit: config.rateLimit === 'off' ? null : config.rateLimit.text,
    quota: config.quota === 'off' ? null : config.quota.text,
    ...(config.grpcPort !== 'off' && {
      grpcCallsOfConnection: CALLS_OF_CONNECTION,
      grpcItemsOfStream: ITEMS_OF_STREAM,
    }),
  };
}
