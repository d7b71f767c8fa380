import type { Logger } from 'pino';
import type { Config } from '../cli/options/config.js';
import { Admission } from '../core/admission.js';
import { Batcher } from '../core/batcher.js';
import type { Embedder } from '../core/embedder.js';
import type { Row } from '../core/encoder.js';
import { Engine } from '../core/engine.js';
import type { ImageTower, TextTower } from '../core/engine.js';
import { ImagePreparer } from '../towers/image/image-preparer.js';
import { readImageSettings } from '../towers/image/settings.js';
import { paddedLength } from '../towers/text/padding.js';
import { VectorCache } from '../core/vector-cache.js';
import { EncoderPool } from '../onnx/session/encoder-pool.js';
import type { EncoderFacts, EncoderSpec } from '../onnx/session/encoder-spec.js';
import type { Modality } from '../core/modality.js';
import { ThreadedEncoder } from '../onnx/session/threaded-encoder.js';
import { availableCores } from '../core/machine.js';
import { imageLimits, maxPendingPixels } from './memory-limits.js';
import type { Metrics } from '../serve/metrics.js';
import type { ModelFolder, TowerFile } from '../models/folder/folder.js';
import { loadTokenizer } from '../towers/text/tokenizer.js';
import { imageTowerSpec, normalizes, textTowerSpec } from './tower-spec.js';

/** A model loaded and warm, ready to embed. */
export interface Service {
  readonly embedder: Embedder;
  readonly dimensions: number;
  readonly normalized: boolean;
  /** Items that wait or run at this moment, by tower. */
  queue(): Record<Modality, { waiting: number; running: number }>;
  close(): Promise<void>;
  /** Lets each tower end the batch it is in and no other; what waits stays unanswered. For an exit in haste. */
  halt(): Promise<void>;
}

interface Closable {
  close(): Promise<void>;
}

interface LoadedTower<T> extends Closable {
  readonly tower: T;
  readonly encoder: Closable;
  readonly facts: EncoderFacts;
  readonly batcher: Pick<Batcher<Row>, 'waiting' | 'running'>;
}

/**
 * Loads the towers of a model side by side and puts the engine around them.
 * @throws Error if a tower cannot be loaded, or the two give vectors of different lengths.
 */
export async function startService(
  model: ModelFolder,
  config: Config,
  metrics: Metrics,
  log: Logger,
): Promise<Service> {
  const [image, text] = await bothOrNeither(
    model.towers.image && startImageTower(model, model.towers.image, config, metrics, log),
    model.towers.text && startTextTower(model, model.towers.text, config, metrics, log),
  );
  const loaded = [image, text].filter((tower) => tower !== undefined);
  const lengths = new Set(loaded.map(({ facts }) => facts.dimensions));
  const [dimensions] = lengths;
  if (dimensions === undefined || lengths.size > 1) {
    await Promise.all(loaded.map((tower) => tower.close()));
    throw new Error(
      `the towers of ${model.name} are not of one space: their vectors have ${[...lengths].join(' and ')} dimensions`,
    );
  }
  const engine = new Engine({
    image: image?.tower,
    text: text?.tower,
    admission: new Admission(config.maxPendingItems, 'items', 'MAX_PENDING_ITEMS'),
    deadlineMs: config.deadlineMs,
    cache: createCache(config, metrics),
    metrics,
  });
  return {
    embedder: engine,
    dimensions,
    normalized: normalizes(model, config),
    queue: () => ({ ...counts('image', image?.batcher), ...counts('text', text?.batcher) }),
    close: async () => void (await Promise.all(loaded.map((tower) => tower.close()))),
    halt: async () => void (await Promise.all(loaded.map(({ encoder }) => encoder.close()))),
  };
}

function createCache(config: Config, metrics: Metrics): VectorCache | undefined {
  if (config.cacheBytes === 0) return undefined;
  return new VectorCache(config.cacheBytes, {
    onHit: () => metrics.cacheRequests.inc({ outcome: 'hit' }),
    onMiss: () => metrics.cacheRequests.inc({ outcome: 'miss' }),
    onBytes: (bytes) => metrics.cacheBytes.set(bytes),
  });
}

/**
 * Two towers that load side by side. If one fails, the other is waited for and let go of: a process that exits while ONNX
 * Runtime still loads a model in a thread is aborted by it.
 */
async function bothOrNeither<A extends Closable, B extends Closable>(
  first: Promise<A> | undefined,
  second: Promise<B> | undefined,
): Promise<[A | undefined, B | undefined]> {
  const outcomes = await Promise.allSettled([first, second]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (!failed) return Promise.all([first, second]);
  const loaded = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? (outcome.value ?? []) : []));
  await Promise.all(loaded.map((tower) => tower.close()));
  throw failed.reason;
}

async function startImageTower(
  model: ModelFolder,
  image: TowerFile,
  config: Config,
  metrics: Metrics,
  log: Logger,
): Promise<LoadedTower<ImageTower>> {
  const settings = await readImageSettings(model.folder, image);
  const spec = imageTowerSpec(model, image, settings, config);
  const { encoder, facts } = await startEncoders(spec, config, metrics, log);
  const pixels = maxPendingPixels(config);
  metrics.pixelsLimit.set(pixels);
  const preparer = new ImagePreparer({
    settings,
    limits: imageLimits(config),
    orient: config.autoOrient,
    threads: prepareThreads(config),
    maxPendingPixels: pixels,
    onPixels: (held) => metrics.pixelsDecoding.set(held),
  });
  const batcher = new Batcher<Float32Array<ArrayBuffer>>({
    encode: (rows) => encoder.encode(rows),
    maxBatch: config.maxBatchSize,
    politeBatch: politeBatch(config.maxBatchSize),
    lanes: encoder.lanes,
    onBatch: (size) => metrics.batchSize.observe({ modality: 'image' }, size),
  });
  const prepare: ImageTower['prepare'] = (bytes, options) => preparer.prepare(bytes, options);
  const close = async () => void (await Promise.all([encoder.close(), preparer.close()]));
  return { tower: { prepare, batcher }, facts, batcher, encoder, close };
}

async function startTextTower(
  model: ModelFolder,
  text: TowerFile,
  config: Config,
  metrics: Metrics,
  log: Logger,
): Promise<LoadedTower<TextTower>> {
  const tokenizer = await loadTokenizer(model.folder, text);
  const spec = textTowerSpec(model, text, tokenizer, config);
  const { encoder, facts } = await startEncoders(spec, config, metrics, log);
  const batcher = new Batcher<Int32Array<ArrayBuffer>>({
    encode: (rows) => encoder.encode(rows),
    maxBatch: config.maxTextBatchSize,
    politeBatch: politeBatch(config.maxTextBatchSize),
    lanes: encoder.lanes,
    groupOf: (row) => paddedLength(row.length),
    onBatch: (size) => metrics.batchSize.observe({ modality: 'text' }, size),
  });
  return {
    tower: {
      tokenizer,
      batcher,
      maxChars: config.maxTextChars,
      longText: {
        policy: config.longText,
        maxWindows: config.maxTextWindows,
        normalized: spec.normalize,
      },
    },
    facts,
    batcher,
    encoder,
    close: () => encoder.close(),
  };
}

/** So many encoders of one tower, loaded side by side. All of them or none. */
async function startEncoders(spec: EncoderSpec, config: Config, metrics: Metrics, log: Logger) {
  const starts = Array.from({ length: config.encoders }, () => startEncoder(spec, metrics, log));
  const outcomes = await Promise.allSettled(starts);
  const started = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  const [first] = started;
  if (failure || !first) {
    await Promise.all(started.map(({ encoder }) => encoder.close()));
    throw failure?.reason as Error;
  }
  return { encoder: new EncoderPool(started.map(({ encoder }) => encoder)), facts: first.facts };
}

async function startEncoder(spec: EncoderSpec, metrics: Metrics, log: Logger) {
  const { name: modality } = spec;
  metrics.encoderRestarts.inc({ modality }, 0); // a series that begins at its first death has no increase to alert on
  const started = await ThreadedEncoder.start(spec, {
    onDeath: (error) => {
      metrics.encoderRestarts.inc({ modality });
      log.error({ err: error, modality }, 'the tower thread died; another one is started');
    },
  });
  const { dimensions, loadMs, warmUpMs } = started.facts;
  log.info(
    { modality, dimensions, loadMs: Math.round(loadMs), warmUpMs: Math.round(warmUpMs) },
    'tower ready',
  );
  return started;
}

/** Share of a full batch that bulk gets while queries come: a query then waits for about the time it takes itself. */
const POLITE_SHARE = 1 / 8;

function politeBatch(maxBatch: number): number {
  return Math.ceil(maxBatch * POLITE_SHARE);
}

function prepareThreads(config: Config): number {
  return config.prepareThreads === 'auto'
    ? Math.max(2, Math.floor(availableCores() / 2))
    : config.prepareThreads;
}

function counts(modality: Modality, batcher: Pick<Batcher<Row>, 'waiting' | 'running'> | undefined) {
  return batcher ? { [modality]: { waiting: batcher.waiting, running: batcher.running } } : {};
}
