import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { LIMIT_NAMES } from '../core/errors.js';

/** From a fraction of a millisecond (a cached text) to the 50 s at which Weaviate hangs up. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128];

/** Items by tower that wait for it or run in it. */
export type QueueCounts = Readonly<Record<string, { readonly waiting: number; readonly running: number }>>;

/**
 * Every metric of the service. Labels take values from closed sets only (routes, modalities, codes, reasons), so the
 * number of series is bounded whatever callers send.
 */
export function createMetrics(registry = new Registry()) {
  const registers = [registry];
  let readQueue: () => QueueCounts = () => ({});
  const setFromQueue = (gauge: Gauge<'modality'>, field: 'waiting' | 'running') => {
    for (const [modality, counts] of Object.entries(readQueue())) gauge.set({ modality }, counts[field]);
  };
  collectDefaultMetrics({ register: registry });
  const limitRefusals = new Counter({
    name: 'handspring_limit_refusals_total',
    help: 'Requests and connections that were over a limit, by the option that sets it',
    labelNames: ['option'] as const,
    registers,
  });
  for (const option of LIMIT_NAMES) limitRefusals.inc({ option }, 0); // so that the first refusal is an increase
  return {
    registry,
    /** Where the queue gauges are read from when they are scraped. */
    watchQueue(read: () => QueueCounts): void {
      readQueue = read;
    },
    requests: new Counter({
      name: 'handspring_requests_total',
      help: 'Requests by route, by what they carried (image, text, both, none) and by outcome (ok or the error code)',
      labelNames: ['route', 'modality', 'outcome'] as const,
      registers,
    }),
    streamItems: new Counter({
      name: 'handspring_stream_items_total',
      help: 'Items of streams over gRPC by route, by modality and by outcome (ok or the error code): a stream is one request, however many of them fail',
      labelNames: ['route', 'modality', 'outcome'] as const,
      registers,
    }),
    stageSeconds: new Histogram({
      name: 'handspring_stage_duration_seconds',
      help: 'Time of one item in a stage: prepare (decode and resize, or tokenise), queue, encode (its whole batch), total',
      labelNames: ['stage', 'modality'] as const,
      buckets: SECONDS,
      registers,
    }),
    batchSize: new Histogram({
      name: 'handspring_batch_size',
      help: 'Items in each batch given to a tower',
      labelNames: ['modality'] as const,
      buckets: BATCH_SIZES,
      registers,
    }),
    itemsWaiting: new Gauge({
      name: 'handspring_items_waiting',
      help: 'Items prepared and waiting for a free tower',
      labelNames: ['modality'] as const,
      registers,
      collect() {
        setFromQueue(this, 'waiting');
      },
    }),
    itemsRunning: new Gauge({
      name: 'handspring_items_running',
      help: 'Items in the batches that towers work on',
      labelNames: ['modality'] as const,
      registers,
      collect() {
        setFromQueue(this, 'running');
      },
    }),
    itemsAdmitted: new Gauge({
      name: 'handspring_items_admitted',
      help: 'Items of all requests that are being worked on, as MAX_PENDING_ITEMS counts them: a request of more than that as seven eighths of it',
      registers,
    }),
    itemsLimit: new Gauge({
      name: 'handspring_items_limit',
      help: 'MAX_PENDING_ITEMS: requests with more items than are left of it are answered 429',
      registers,
    }),
    bodyBytesAdmitted: new Gauge({
      name: 'handspring_body_bytes_admitted',
      help: 'Bytes that have arrived of the request bodies being received or worked on; the limit is MAX_PENDING_BYTES',
      registers,
    }),
    bodyBytesLimit: new Gauge({
      name: 'handspring_body_bytes_limit',
      help: 'MAX_PENDING_BYTES: requests with more bytes than are left of it are answered 429',
      registers,
    }),
    pixelsDecoding: new Gauge({
      name: 'handspring_pixels_decoding',
      help: 'Pixels of the images that are being decoded; at MAX_PENDING_PIXELS further images wait',
      registers,
    }),
    pixelsLimit: new Gauge({
      name: 'handspring_pixels_limit',
      help: 'MAX_PENDING_PIXELS, or what auto made of it',
      registers,
    }),
    limitRefusals,
    textsTruncated: new Counter({
      name: 'handspring_texts_truncated_total',
      help: "Texts longer than the model's context, cut",
      registers,
    }),
    imagesRefused: new Counter({
      name: 'handspring_images_refused_total',
      help: 'Images that could not be used, by reason',
      labelNames: ['reason'] as const,
      registers,
    }),
    mediaRefused: new Counter({
      name: 'handspring_media_refused_total',
      help: 'Sounds, videos and other items than images that could not be used, by modality and by reason',
      labelNames: ['modality', 'reason'] as const,
      registers,
    }),
    imageAddresses: new Counter({
      name: 'handspring_image_addresses_total',
      help: 'Addresses of images, by outcome: ok, or why one was not used. Only where IMAGE_URLS is set',
      labelNames: ['outcome'] as const,
      registers,
    }),
    connectionsRefused: new Counter({
      name: 'handspring_connections_refused_total',
      help: 'Connections ended by the service: limit (MAX_CONNECTIONS), timeout (HEADERS_TIMEOUT, BODY_TIMEOUT), slow_body (MIN_BODY_RATE), slow_reader (RESPONSE_TIMEOUT), headers_too_large, not_http',
      labelNames: ['reason'] as const,
      registers,
    }),
    keyItems: new Counter({
      name: 'handspring_key_items_total',
      help: "Items answered, by the name of the caller's key; anonymous without one. Only where tokens or rate limits are on",
      labelNames: ['key'] as const,
      registers,
    }),
    keyRefusals: new Counter({
      name: 'handspring_key_refusals_total',
      help: 'Requests over a limit of their caller, by key and by limit: rate (RATE_LIMIT) or quota (QUOTA)',
      labelNames: ['key', 'reason'] as const,
      registers,
    }),
    keysFileReloads: new Counter({
      name: 'handspring_keys_file_reloads_total',
      help: 'Changes of KEYS_FILE seen: taken over, or refused (the keys from before stay)',
      labelNames: ['outcome'] as const,
      registers,
    }),
    limitsStoreUp: new Gauge({
      name: 'handspring_limits_store_up',
      help: 'Whether the store in which replicas count their callers answers: 1, or 0 while each counts for itself. Only where LIMITS_URL is set',
      labelNames: ['store'] as const,
      registers,
    }),
    encoderRestarts: new Counter({
      name: 'handspring_encoder_restarts_total',
      help: 'Tower threads that died and were replaced',
      labelNames: ['modality'] as const,
      registers,
    }),
    cacheRequests: new Counter({
      name: 'handspring_cache_requests_total',
      help: 'Items looked up in the cache of vectors: hit (kept, or being computed for another caller) or miss',
      labelNames: ['outcome'] as const,
      registers,
    }),
    cacheBytes: new Gauge({
      name: 'handspring_cache_bytes',
      help: 'Memory of the cache of vectors; the limit is CACHE_BYTES',
      registers,
    }),
    modelInfo: new Gauge({
      name: 'handspring_model_info',
      help: 'Always 1; the labels say which model answers',
      labelNames: ['model', 'modalities', 'precision', 'dimensions', 'normalized', 'version'] as const,
      registers,
    }),
    towerInfo: new Gauge({
      name: 'handspring_tower_info',
      help: 'Always 1 for each tower; the labels say in which form it answers: precision, int8 (rows or blocks, empty otherwise), whether its graph is the optimised one',
      labelNames: ['modality', 'precision', 'int8', 'optimized'] as const,
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
